"""Service calls another one and would wait for ever.

`requests` and `urllib` set no limit of their own. When the other side accepts the connection and does not answer, the worker that
asked hangs, then the next one, until none is left and a fault of a neighbour has become an outage here. Give every call a timeout
that fits what waits for it.

Reported are functions of these libraries in code that an image, a web application or a worker has; sessions, which may carry
a timeout in an adapter, calls whose arguments are not all seen, calls outside of functions, scripts, commands and tests are left alone.

## Example

```python
requests.get(url)                # bad
requests.get(url, timeout=(3, 10))  # good
```

See also: <https://requests.readthedocs.io/en/latest/user/advanced/#timeouts>,
<https://docs.python.org/3/library/urllib.request.html#urllib.request.urlopen>
"""

from collections.abc import Iterator
from typing import Any

from cnlint.api import (
    Change,
    Component,
    EditCode,
    Finding,
    Module,
    OutboundCall,
    Severity,
    check,
    is_for_development,
    is_of_a_service,
)


@check("CN1407", tier="recommended", severity="warning")
def outbound_call_without_timeout(call: OutboundCall, module: Module, component: Component | None) -> Iterator[Finding]:
    """Report a call that certainly has no timeout."""
    if not _is_unlimited(call) or not is_of_a_service(module, component):
        return
    how = "no timeout" if call.timeout.is_absent else "timeout=None"
    severity: Severity | None = "note" if is_for_development(module.path, call.scope) else None
    yield Finding(call, f"{call.function} has {how}: it waits for ever where the other side does not answer", severity=severity)


@outbound_call_without_timeout.fix(safe=False)
def limit(call: OutboundCall) -> Iterator[Change]:
    """Give it ten seconds."""
    if _is_unlimited(call):
        yield EditCode("python", call.span, _with_timeout)


def _is_unlimited(call: OutboundCall) -> bool:
    return not call.main_only and bool(call.scope) and (call.timeout.is_absent or call.timeout.is_("None"))


def _with_timeout(node: Any) -> Any:
    import libcst

    if not isinstance(node, libcst.Call):
        return node
    kept = [given for given in node.args if given.keyword is None or given.keyword.value != "timeout"]
    equal = libcst.AssignEqual(libcst.SimpleWhitespace(""), libcst.SimpleWhitespace(""))
    limited = libcst.Arg(libcst.Integer("10"), libcst.Name("timeout"), equal)
    if kept and isinstance(kept[-1].comma, libcst.MaybeSentinel):
        kept[-1] = kept[-1].with_changes(comma=libcst.Comma(whitespace_after=libcst.SimpleWhitespace(" ")))
    elif kept:
        limited = limited.with_changes(comma=node.args[-1].comma)
    return node.with_changes(args=[*kept, limited])
