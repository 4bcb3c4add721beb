"""Variable is taken for true whatever it says.

What the environment gives is text, and any text that is not empty is true: `DEBUG=0` and `DEBUG=False` switch debug mode on. Whoever writes
the manifest means the opposite, and nothing fails. Read it with a settings library that knows such texts, or compare it with those that mean true.

Reported are `bool(os.environ.get("DEBUG"))`, conditions on the bare text, and switches of Django and Flask that are set to it, where a
container that certainly runs the code or the sample of its env file gives `0`, `false`, `no` or `off`. Where nothing does, a `bool(…)`
whose default says off is a note. Left alone are readers of libraries, which know such texts, conditions on variables that the module also
uses otherwise, and files for development and tests.

## Example

```python
DEBUG = bool(os.environ.get("DEBUG", default=0))             # bad: DEBUG=0 is true
DEBUG = os.environ.get("DEBUG", "").lower() in ("1", "true")  # good
```

See also: <https://docs.python.org/3/library/stdtypes.html#truth-value-testing>, <https://12factor.net/config>
"""

from collections.abc import Iterator

from cnlint.api import (
    EnvRead,
    EnvSample,
    Finding,
    Module,
    Repository,
    check,
    is_auxiliary,
    is_false,
    is_for_development,
    related,
    written_off,
)


@check("CN0362", tier="recommended", severity="error")
def text_taken_for_boolean(read: EnvRead, module: Module, repository: Repository, sample: EnvSample | None) -> Iterator[Finding]:
    """Report each read of a variable whose text is taken for true although it says off."""
    name = read.name.known("")
    if not read.truth or not name or read.guarded or is_auxiliary(module.path) or is_for_development(module.path, read.scope):
        return
    found = written_off(read, module, sample, repository)
    if found:
        first = found[0]
        yield Finding(
            read,
            f"{name}={first.variable.value.known('')} switches it on: any text that is not empty is true",
            about=name,
            severity=None if first.deployed else "warning",
            related=tuple(place for one in found for place in related(one.variable, "given here")),
        )
    elif read.truth == "cast" and read.default.satisfies(is_false):
        yield Finding(read, f"{name}=0 would switch it on: any text that is not empty is true", about=name, severity="note")
