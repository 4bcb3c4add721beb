"""Image brings its own management of log files.

A syslog daemon, `logrotate` or a log shipper inside the application's image does the platform's work in each copy of the container: it
needs a second process beside the program, its own configuration and its own disk, and still loses what was written last when the
container goes. Write to standard output or error, and let the platform collect, keep and rotate it.

Looked at are the packages that the stage which is run, and those it builds upon, install by name. Images that are made to collect
logs, and those for development and tests, are left alone; so are images of mail servers, whose protocol of logs is syslog.

See also: <https://12factor.net/logs>, <https://docs.docker.com/engine/logging/configure/>
"""

from collections.abc import Iterator

from cnlint.api import LOG_PACKAGES, Finding, Process, check, collects_logs, installed_packages, lazy, program, unwrapped

_MAIL = lazy(r"mail|postfix|exim|smtp|dovecot|haproxy")


@check("CN1104", tier="recommended", severity="warning")
def log_management_in_image(process: Process) -> Iterator[Finding]:
    """Report packages for log files in the image of a process."""
    component = process.component
    image = component.image if component is not None else None
    if (
        component is None
        or image is None
        or process.stage is None
        or component.for_development
        or process.target.environment != "production"
    ):
        return
    stages = image.lineage(process.stage)
    packages = dict(installed_packages(stages))
    names = (process.name, component.name, image.path, stages[-1].base.known("?"), *packages.keys() - LOG_PACKAGES)
    if not stages[-1].base.is_known or any(collects_logs(name) for name in names[:4]) or any(_MAIL.search(name) for name in names):
        return
    main = process.chain[-1].main if process.chain else None
    if not process.command.is_absent and (main is None or collects_logs(program(unwrapped(main)))):
        return
    for package in sorted(LOG_PACKAGES.intersection(packages)):
        yield Finding(packages[package].span, f"{process.called} carries {package}: the platform collects and rotates logs", about=package)
