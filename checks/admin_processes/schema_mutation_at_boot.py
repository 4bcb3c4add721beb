"""Application makes the tables of its database each time it starts.

Every copy and every worker does it, at once when several start: two of them find a table missing, both make it, and one fails. And
`create_all` makes only tables that are missing: a column that the next release adds never arrives. Use migrations (Alembic, Flask-Migrate),
and run them once for a release, by a job of its own.

Reported is SQLAlchemy's `create_all` at the top of a module that a process certainly loads, in a factory of an application, and in what
FastAPI, Quart or Sanic call at their start. Calls behind a condition, in commands, scripts, seeds and tests, and files that speak of SQLite are
left alone; so are functions but for those like `init_db`
that are called there, and a `lifespan` that
no application of its own file is given. In targets for development it is a note.

## Example

```python
@asynccontextmanager
async def lifespan(app):
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)   # bad
    yield
```

See also: <https://12factor.net/admin-processes>,
<https://flask-sqlalchemy.readthedocs.io/en/stable/models/#creating-the-tables>, <https://alembic.sqlalchemy.org/en/latest/tutorial.html>
"""

from collections.abc import Iterator

from cnlint.api import Finding, Process, Severity, check, is_auxiliary, is_for_development


@check("CN1202", tier="recommended", severity="warning")
def schema_mutation_at_boot(process: Process) -> Iterator[Finding]:
    """Report the calls that make tables whenever a process starts."""
    severity: Severity | None = None if process.target.environment == "production" else "note"
    called = {name for module in process.modules for name in module.start_calls}
    for module in process.modules:
        if is_auxiliary(module.path) or is_for_development(module.path):
            continue
        for change in module.schema_changes:
            if not change.at_start and not any(f".{module.name}.{change.scope}".endswith(f".{name}") for name in called if "." in name):
                continue
            message = f"{process.called} makes missing tables by {change.call} each time it starts, and never changes those that exist"
            yield Finding(change, message, about=change.call, cause=f"{module.path} {change.call}", severity=severity)
