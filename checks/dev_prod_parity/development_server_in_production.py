"""Process serves with a server that is meant for development.

`flask run`, `manage.py runserver`, `npm run dev`, `uvicorn --reload` and their like watch files, compile on demand, show their
code on errors, and answer few requests at a time; their makers say that they are neither secure nor stable enough for
production. What was tested with them is also not what is deployed later. Use a server that is made for it: gunicorn or
uvicorn without `--reload`, `next start`, a web server in front of what the build wrote.

The command is followed through entrypoint scripts and scripts of `package.json`. Left alone is whatever somebody may develop
with: files, stages and targets named for development or tests, a container that mounts its code, one whose
environment says `NODE_ENV=development` or the like, and a Dockerfile or Compose file beside one that is named for production.
So are `streamlit run`, `next start`, and servers of documentation.

## Example

```dockerfile
CMD ["npm", "run", "dev"]            # bad
CMD ["flask", "run", "-h", "::"]     # bad
CMD ["gunicorn", "shop:app"]         # good
```

See also: <https://12factor.net/dev-prod-parity>,
<https://flask.palletsprojects.com/en/stable/deploying/>,
<https://docs.djangoproject.com/en/stable/ref/django-admin/#runserver>,
<https://vite.dev/guide/static-deploy.html>
"""

from collections.abc import Iterator

from cnlint.api import (
    Finding,
    Invocation,
    Process,
    Repository,
    check,
    development_server,
    entry_module,
    may_be_for_development,
    related,
    stays_up,
)

_SERVERS = frozenset(
    "bjoern cheroot cherrypy daphne eventlet gevent granian gunicorn hypercorn meinheld tornado twisted uvicorn waitress".split()
)


@check("CN1001", tier="core", severity="error")
def development_server_in_production(process: Process, repository: Repository) -> Iterator[Finding]:
    """Report the server that a process ends in, where it is one for development."""
    step = process.chain[-1].main if process.chain and process.chain[-1].parsed and process.command.is_known else None
    if step is None or not stays_up(process, repository) or may_be_for_development(process, repository):
        return
    server = development_server(step)
    if server:
        place = process.caller(step)
        script = related(step, f"the script runs `{server}`") if place is not step else ()
        yield Finding(
            place.words[0].span.to(place.words[-1].span),
            f"{process.called} serves with `{server}`, a server for development",
            about=server,
            related=script,
        )
    else:
        yield from _in_code(process, step)


def _in_code(process: Process, step: Invocation) -> Iterator[Finding]:
    """Report `python app.py` where that file runs Flask's own server, and no other."""
    module = entry_module(process)
    if module is not None:
        others = any(name.name.partition(".")[0] in _SERVERS for name in module.imports) or len(module.listens) != 1
        for listen in module.listens:
            if listen.framework == "flask" and not others:
                yield Finding(
                    step.words[0].span.to(step.words[-1].span),
                    f"{process.called} serves with `app.run()` of Flask, a server for development",
                    about="app.run",
                    related=related(listen, "it is started here"),
                )
