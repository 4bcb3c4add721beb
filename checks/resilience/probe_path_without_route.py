"""Health check asks for a path that the application does not answer.

The application answers 404, so the check fails however well it is: the container never gets traffic, or is restarted for ever.
It comes of a route that was renamed, a prefix that was added, a probe that was copied from another service. Ask for a path that
there is, with all its prefixes.

This speaks of Python applications (Django, Flask, Quart, FastAPI, Starlette, aiohttp, Sanic) all of whose routes are read:
routes with the prefixes of blueprints, routers and `include()`. It is silent where a prefix is not known and the rest may
match, where a package or code of its own may answer paths (Django REST framework's routers, health check packages, middleware
that looks at paths), behind a proxy in the same container, and where the container has several ports. A slash at the end makes no difference.

## Example

```python
@app.get("/healthz")        # the probe asks for /health
def healthz(): ...
```

See also: <https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/>
"""

from collections.abc import Iterator

from cnlint.api import Finding, Process, answering, asked_paths, check, nearest_route, related


@check("CN1451", tier="core", severity="error")
def probe_path_without_route(process: Process) -> Iterator[Finding]:
    """Report a check of a path that certainly no route of the process answers."""
    if not process.routes.complete:
        return
    for kind, path, place in asked_paths(process):
        if answering(process.routes, path):
            continue
        near = nearest_route(process.routes, path)
        yield Finding(
            place,
            f"the {kind} of {process.called} asks for {path}, which no route of the application answers",
            about=f"{kind} {path}",
            related=() if near is None else related(near, f"/{near.path.removeprefix('/')} is the route most like it"),
            severity="error" if process.target.environment == "production" else "warning",
        )
