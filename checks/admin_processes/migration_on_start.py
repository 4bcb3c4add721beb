"""Process changes the database's schema each time it starts.

Every copy does it, at once when the platform starts several, and again whenever one is restarted: two migrations meet, a
new schema appears while the old release still serves, and a migration that takes long fails the health check that stands over
the start. Run migrations once for a release, by a job of its own: a Kubernetes Job, a Procfile's `release`, a
one-shot service that others wait for.

Left alone are processes that end with the migration (that is the job), init containers, and migrations that stand behind a
condition: somebody decides on them. In development it is a note.

## Example

```dockerfile
CMD ["sh", "-c", "python manage.py migrate && exec gunicorn shop.wsgi"]  # bad
CMD ["gunicorn", "shop.wsgi"]                                            # good, with a job for the migration
```

See also: <https://12factor.net/admin-processes>,
<https://devcenter.heroku.com/articles/release-phase>
"""

from collections.abc import Iterator

from cnlint.api import Finding, Process, Repository, boot_migrations, check


@check("CN1201", tier="core", severity="warning")
def migration_on_start(process: Process, repository: Repository) -> Iterator[Finding]:
    """Report migrations before the program that stays, in one chain of commands."""
    for step, name in boot_migrations(process, repository):
        yield Finding(
            step.words[0].span.to(step.words[-1].span),
            f"`{name}` runs each time {process.called} starts, in every copy of it",
            about=name,
            severity="warning" if process.target.environment == "production" else "note",
        )
