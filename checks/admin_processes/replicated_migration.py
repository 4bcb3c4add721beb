"""Copies of a service migrate one database at the same time.

They start together, and each changes the schema: two `ALTER TABLE` meet, one fails or both have half of it, and what is left must be
mended by hand. Run migrations once for a release, by a job of its own: a Kubernetes Job, a Procfile's `release`, a
one-shot service that others wait for.

Reported is a service of which there certainly are, or may be, several copies, whose commands migrate before the server starts. It
is a warning where the tool takes a lock in the database, or may, so that copies wait for each other, or all but one give up. A single copy is the
matter of `migration-on-start`, and migrations behind a condition are left alone.

## Example

```yaml
services:
  web:
    command: sh -c "python manage.py migrate && exec gunicorn shop.wsgi"   # bad: three times at once
    deploy: {replicas: 3}
```

See also: <https://12factor.net/admin-processes>, <https://devcenter.heroku.com/articles/release-phase>
"""

from collections.abc import Iterator

from cnlint.api import Finding, Process, Repository, Severity, boot_migrations, check, may_lock, related


@check("CN1251", tier="core", severity="error", supersedes=("CN1201",))
def replicated_migration(process: Process, repository: Repository) -> Iterator[Finding]:
    """Report migrations that each of several copies runs at its start."""
    count = next((one for one in (process.replicas, process.maximum) if one.satisfies(lambda number: number > 1)), None)
    if count is None or process.workload is None or process.workload.kind != "service":
        return
    for step, name in boot_migrations(process, repository):
        lower: Severity | None = "warning" if may_lock(step, name) else None
        severity: Severity | None = lower if process.target.environment == "production" else "note"
        how = (
            f"{count.known(0)} copies of {process.called} run"
            if count is process.replicas
            else f"up to {count.known(0)} copies of {process.called} run"
        )
        yield Finding(
            step.words[0].span.to(step.words[-1].span),
            f"{how} `{name}` at once when they start",
            about=name,
            severity=severity,
            related=related(count, "so many copies"),
        )
