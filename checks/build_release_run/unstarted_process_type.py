"""Process type of the Procfile that no manifest starts.

The Procfile says that the application is a web process and a worker, and what production deploys of the same image is the web process
alone: jobs are queued and nobody takes them, scheduled tasks never run, and nothing fails loudly. Deploy the other process from the
same image, with its command; or take the line out of the Procfile if the process is gone.

Looked at are Procfiles beside an image that a manifest for production certainly runs. Wherever a command is not known, a process
manager or an unread script is started, or an image may be any, all is left alone, and so are `release` and `web`, for which a server may
have any name.

See also: <https://12factor.net/concurrency>, <https://devcenter.heroku.com/articles/procfile>
"""

from collections.abc import Iterator

from cnlint.api import Finding, System, check, related, unstarted


@check("CN0553", tier="recommended", severity="warning")
def unstarted_process_type(system: System) -> Iterator[Finding]:
    """Report each process type that is started by no manifest which deploys the Procfile's code."""
    for declared, deployed in unstarted(system):
        if declared.process_type is not None and deployed.workload is not None:
            yield Finding(
                declared.process_type.span,
                f"nothing that is deployed starts {declared.name}: {deployed.target.path} runs the same image without it",
                about=declared.name,
                related=related(deployed.container.span, "runs the same image") if deployed.container is not None else (),
            )
