"""Secret falls back to a text in the code.

A deploy that forgets the variable does not fail: it runs with a key or password that everyone with the code knows, and
nobody notices. Read the variable without a default, so that the process refuses to start without it.

Defaults that are empty, computed (`secrets.token_hex()`), a path, a URL to the own machine or none at all are left alone,
and so are fields of settings of which a validator speaks that may refuse them.
In a branch for development, in a file or class that is named for it, and where the text is the placeholder of a key that
others issue, with which nothing works, it is a note.

## Example

```python
SECRET_KEY = os.environ.get("SECRET_KEY", "dev-key-1234")  # bad
SECRET_KEY = os.environ["SECRET_KEY"]                      # good
```

See also: <https://12factor.net/config>, <https://docs.python.org/3/library/os.html#os.environ>
"""

from collections.abc import Iterator
from typing import Any

from cnlint.api import (
    Change,
    EditCode,
    EnvRead,
    Finding,
    Module,
    Severity,
    check,
    is_auxiliary,
    is_for_development,
    leads_elsewhere,
    opens_nothing,
    related,
)


@check("CN0303", tier="core", severity="warning")
def secret_default_fallback(read: EnvRead, module: Module) -> Iterator[Finding]:
    """Report a read of a secret that has a constant default."""
    secret = read.default.secret
    if secret is None or read.validated or is_auxiliary(module.path):
        return
    if secret.kind == "dsn" and not leads_elsewhere(read.default.known("")):
        return
    name = read.name.known("?")
    does_nothing = opens_nothing(secret, name)
    develops = read.guarded or is_for_development(module.path, read.scope)
    severity: Severity | None = "note" if develops or does_nothing else None
    default = read.default.span
    is_elsewhere = default is not None and default.file != read.span.file
    place = read if default is None or is_elsewhere else read.default
    what = "placeholder" if does_nothing else "secret"
    message = f"without {name} the process runs with a {what} that stands in the code"
    written = related(read.default, "the secret stands here") if is_elsewhere else ()
    yield Finding(place, message, about=name, severity=severity, related=written)


@secret_default_fallback.fix(safe=False)
def require(read: EnvRead) -> Iterator[Change]:
    """Read the variable without its default."""
    default = read.default.span
    if default is not None and (read.span.encloses(default) or default.file != read.span.file):
        yield EditCode("python", read.span, _without_default)


def _without_default(node: Any) -> Any:
    """Return `os.environ["X"]` for a call of the standard library, else the call or field without its default."""
    import libcst

    if isinstance(node, libcst.SimpleStatementLine):
        return node.with_changes(body=[_without_default(node.body[0]), *node.body[1:]])
    if isinstance(node, libcst.AnnAssign):
        return _field_without_default(node)
    if not isinstance(node, libcst.Call):
        return node
    function = libcst.Module([]).code_for_node(node.func)
    if function in ("os.getenv", "os.environ.get", "environ.get"):
        environment = "environ" if function == "environ.get" else "os.environ"
        return libcst.parse_expression(f"{environment}[{libcst.Module([]).code_for_node(node.args[0].value)}]")
    return _call_without(node, [given for given in node.args if given.keyword is None or given.keyword.value != "default"])


def _field_without_default(node: Any) -> Any:
    """Return a field of a settings class without its value, or with a `Field()` that has no default."""
    import libcst

    if isinstance(node.value, libcst.Call) and libcst.Module([]).code_for_node(node.value.func).endswith("Field"):
        kept = [given for given in node.value.args if given.keyword is not None and given.keyword.value != "default"]
        return node.with_changes(value=_call_without(node.value, kept))
    return node.with_changes(value=None, equal=libcst.MaybeSentinel.DEFAULT)


def _call_without(call: Any, kept: list[Any]) -> Any:
    if len(kept) in (0, len(call.args)):
        return call
    return call.with_changes(args=[*kept[:-1], kept[-1].with_changes(comma=call.args[-1].comma)])
