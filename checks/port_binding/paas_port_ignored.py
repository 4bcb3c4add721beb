"""Web process of a Procfile listens on a port of its own choice.

Platforms that run Procfiles (Heroku, Dokku, Cloud Foundry) give each process its port in `PORT` and wait until it listens there.
One that binds another is ended after a minute ("failed to bind to $PORT"). Bind `$PORT`; gunicorn does so by itself when nothing
tells it otherwise.

Left alone are Procfiles for development, other process types, folders with a Dockerfile (there the Procfile may be for a process
manager in the image), and servers whose port is not certain.

See also: <https://12factor.net/port-binding>,
<https://devcenter.heroku.com/articles/runtime-principles#web-servers>
"""

from collections.abc import Iterator

from cnlint.api import Finding, Process, check


@check("CN0753", tier="recommended", severity="error")
def paas_port_ignored(process: Process) -> Iterator[Finding]:
    """Report a web process whose command, configuration or code names a port."""
    if process.process_type is None or process.name != "web" or process.target.environment != "production":
        return
    if not process.target.path.endswith("Procfile") or (process.component is not None and process.component.image is not None):
        return
    ports = [one for one in process.listens if one.known_by in ("command", "configuration", "code")]
    if ports and len(ports) == len(process.listens):
        first = ports[0]
        yield Finding(first.span, f"{first.server} listens on {first.number.known(0)}, and the platform sends traffic to $PORT")
