"""Image is built from a folder beside the repository.

`context: ../other-service` needs a checkout of another repository, at a place that only its author's machine has: what is built
depends on whatever stands there, no commit of this repository says what that was, and a fresh clone cannot be built at all. Name the
image that the other repository publishes, or bring its code in (a submodule, a pinned `https://…#ref` context, one repository).

Only a checkout of git is looked at, whose root is known. In targets for development it is a note.

See also: <https://12factor.net/codebase>, <https://github.com/compose-spec/compose-spec/blob/main/build.md#context>
"""

from collections.abc import Iterator

from cnlint.api import Container, Finding, Repository, Severity, Target, check, outside_context


@check("CN0151", tier="recommended", severity="warning")
def context_outside_repository(container: Container, target: Target, repository: Repository) -> Iterator[Finding]:
    """Report each build whose context is outside of the checkout."""
    build = container.build.known(None)
    context = "" if build is None else outside_context(build, repository)
    if build is not None and context:
        severity: Severity | None = None if target.environment == "production" else "note"
        place = build.context if build.context.span is not None else build.span
        name = container.name.known("?")
        yield Finding(place, f"{name} is built from {context}, which is no part of the repository", about=context, severity=severity)
