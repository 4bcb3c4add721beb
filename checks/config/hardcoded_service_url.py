"""URL of a backing service stands in the code.

It says where one deploy has its database, cache or broker. Another deploy takes a change of the code, or works with the services of
this one. Read the URL from the environment.

Reported is a whole URL by its scheme (`postgresql://`, `redis://`, `amqp://`, …) that code of a service assigns or passes on. Clients and
settings of frameworks are the matter of `hardcoded-backing-service-host`, passwords in it that of `hardcoded-credential`, and
fallbacks of a variable that of `secret-default-fallback`. Addresses of this machine, samples, scripts and tests are left alone.

## Example

```python
EVENTS_URL = "amqp://events.internal/shop"   # bad
EVENTS_URL = os.environ["EVENTS_URL"]        # good
```

See also: <https://12factor.net/config>, <https://12factor.net/backing-services>
"""

from collections.abc import Iterator

from cnlint.api import (
    Component,
    Finding,
    Module,
    ServiceUrl,
    Severity,
    Span,
    check,
    host_of,
    is_for_development,
    is_of_a_service,
)


@check("CN0302", tier="recommended", severity="warning")
def hardcoded_service_url(url: ServiceUrl, module: Module, component: Component | None) -> Iterator[Finding]:
    """Report a literal URL that no other check knows better."""
    if not is_of_a_service(module, component):
        return
    if url.value.secret is not None or not url.value.is_stated or _is_known(url, module):
        return
    host = host_of(url.value.known(""))
    severity: Severity | None = "note" if url.guarded or is_for_development(module.path, url.scope) else None
    called = url.name or "the code"
    message = f"{called} leads to {host}: another deploy takes a change of the code"
    yield Finding(url, message, about=url.name or host, severity=severity)


def _is_known(url: ServiceUrl, module: Module) -> bool:
    """Tell whether the URL is part of a read of the environment, a client, a setting or a constant that holds a secret."""
    places: list[Span | None] = [one.span for one in module.env_reads]
    places += [one.span for one in module.helper_calls]
    places += [one.default.span for one in module.env_reads]
    for connection in module.connections:
        places += [connection.span, connection.host.span]
    for setting in module.settings:
        places += [setting.span, setting.value.span]
    return any(place is not None and place.encloses(url.span) for place in places)
