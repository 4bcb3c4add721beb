"""Environment variable is set twice in one place.

Only the last setting counts, so that one of the two readers of the file is wrong: whoever changes the first one changes
nothing. Kubernetes may even drop one of them without a word when it applies a changed manifest, ECS refuses a name that is
both a variable and a secret, and Docker Compose a mapping with the same key twice. Keep the one that is meant.

What replaces something on purpose is no duplicate: `environment` over `env_file`, a key over a merged anchor (`<<`), an
override file, ENV of a later instruction or stage, a Kubernetes variable that is built from its former value
(`$(PATH):/opt/bin`). The same value twice is a note, and a contradiction in an env file a warning.

## Example

```yaml
environment:
  - LOG_LEVEL=info       # without effect
  - WORKERS=4
  - LOG_LEVEL=debug
```

See also: <https://12factor.net/config>,
<https://kubernetes.io/docs/tasks/inject-data-application/define-environment-variable-container/>,
<https://github.com/compose-spec/compose-spec/blob/main/05-services.md#environment>
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from cnlint.api import (
    Change,
    Container,
    EnvFile,
    EnvVar,
    Finding,
    ImageVariable,
    Remove,
    Severity,
    Stage,
    Workload,
    check,
    container_name,
    related,
)


class _Repeated(NamedTuple):
    """A name with all its settings, in their order: the last one counts."""

    name: str
    settings: tuple[EnvVar | ImageVariable, ...]

    @property
    def is_equal(self) -> bool:
        """Tell whether all settings certainly say the same."""
        first, *others = self.settings
        return all(_same(first, other) for other in others)


@check("CN0322", tier="core", severity="error")
def duplicate_env_key(holder: Container | EnvFile | Stage, workload: Workload | None) -> Iterator[Finding]:
    """Report each name that has several settings in a container, an env file, or one ENV instruction."""
    for repeated in _all_repeated(holder):
        *shadowed, last = repeated.settings
        effect = "to the same value" if repeated.is_equal else "and only the last setting counts"
        places = (place for one in shadowed for place in related(one, "first set here" if one is shadowed[0] else "and set here"))
        yield Finding(
            last,
            f"{repeated.name} is set {'twice' if len(shadowed) == 1 else f'{len(shadowed) + 1} times'} in {_called(holder, workload)}, {effect}",
            about=repeated.name,
            severity=_severity(holder, repeated),
            related=places,
        )


@duplicate_env_key.fix(safe=True)
def keep_one(holder: Container | EnvFile | Stage) -> Iterator[Change]:
    """Take away all settings but the last, where they all say the same."""
    found = list(_all_repeated(holder))
    if all(repeated.is_equal for repeated in found):
        yield from _removals(found)


@duplicate_env_key.fix(safe=False)
def keep_the_last(holder: Container | EnvFile | Stage) -> Iterator[Change]:
    """Take away the settings that do not count."""
    yield from _removals(_all_repeated(holder))


def _removals(found: Iterable[_Repeated]) -> Iterator[Change]:
    return (Remove(one.span) for repeated in found for one in repeated.settings[:-1])


def _severity(holder: Container | EnvFile | Stage, repeated: _Repeated) -> Severity | None:
    if repeated.is_equal:
        return "note"
    return "warning" if isinstance(holder, EnvFile) else None


def _called(holder: Container | EnvFile | Stage, workload: Workload | None) -> str:
    if isinstance(holder, EnvFile):
        return holder.path
    return "one ENV" if isinstance(holder, Stage) or workload is None else container_name(holder, workload)


def _all_repeated(holder: Container | EnvFile | Stage) -> Iterator[_Repeated]:
    if isinstance(holder, Stage):
        for instruction in holder.instructions:
            if instruction.keyword == "ENV" and not instruction.onbuild:
                yield from _repeated(one for one in holder.variables if one.kind == "ENV" and instruction.span.encloses(one.span))
    else:
        yield from _repeated(holder.variables if isinstance(holder, EnvFile) else holder.env)


def _repeated(settings: Iterable[EnvVar | ImageVariable]) -> Iterator[_Repeated]:
    by_name: dict[str, list[EnvVar | ImageVariable]] = {}
    for one in settings:
        name = one.name.known(None) if isinstance(one, EnvVar) else one.name
        if name:
            by_name.setdefault(name, []).append(one)
    for name, found in by_name.items():
        if len(found) > 1 and not any(_may_build_on_others(one) for one in found):
            yield _Repeated(name, tuple(found))


def _may_build_on_others(one: EnvVar | ImageVariable) -> bool:
    """Tell whether a setting may not be there at all, or may hold the value of an earlier one."""
    return isinstance(one, EnvVar) and (one.possible or (one.origin == "interpolated" and one.value.is_unknown))


def _same(one: EnvVar | ImageVariable, other: EnvVar | ImageVariable) -> bool:
    if isinstance(one, EnvVar) and isinstance(other, EnvVar) and (one.origin != other.origin or one.reference != other.reference):
        return False
    if one.value.secret is not None or other.value.secret is not None:
        return one.value.secret is not None and other.value.secret is not None and one.value.secret.digest == other.value.secret.digest
    by_reference = isinstance(one, EnvVar) and one.reference != ""
    return by_reference or (one.value.is_known and other.value.is_known and one.value.known("") == other.value.known(""))
