"""Database is changed while an image is built.

A build has no database of the deploy: the step either fails, or reaches the database of whoever builds, for every branch that CI builds
and whether or not the image is ever released. One image for all deploys cannot hold the state of one. Run migrations for a release, by
a one-off process: a Kubernetes Job, a Procfile's `release`, a one-shot service that others wait for.

Looked at are the RUN steps of the stages that somebody builds, and Heroku's hooks `bin/pre_compile` and `bin/post_compile`. Left alone
are steps behind a condition, a database that the same step starts inside the image (an image for demonstrations or CI), and SQLite, whose file
may be meant to come with the image. In images for development and test it is a note.

## Example

```dockerfile
RUN python manage.py migrate          # bad
RUN python manage.py collectstatic    # good
```

See also: <https://12factor.net/admin-processes>,
<https://12factor.net/build-release-run>
"""

from collections.abc import Iterator

from cnlint.api import (
    Command,
    Component,
    Finding,
    ImageBuild,
    ImageVariable,
    Instruction,
    Invocation,
    Module,
    Repository,
    Script,
    Stage,
    check,
    migration,
    program,
    seeding,
    unwrapped,
)

_HOOKS = ("bin/post_compile", "bin/pre_compile")
"""<https://devcenter.heroku.com/articles/python-support#build-behavior>"""
_STARTERS = frozenset(
    "service pg_ctl pg_ctlcluster postgres mysqld mysqld_safe mariadbd mariadbd-safe mongod systemctl supervisord initdb".split()
)


@check("CN1203", tier="core", severity="error")
def migration_in_build(
    holder: Instruction | Script, stage: Stage | None, build: ImageBuild | None, component: Component | None, repository: Repository
) -> Iterator[Finding]:
    """Report migrations and seeds in RUN and in build hooks."""
    is_wanted = holder.path.endswith(_HOOKS) if isinstance(holder, Script) else holder.keyword == "RUN"
    steps = holder.command.invocations if holder.command is not None and is_wanted else ()
    found = [(step, name) for step in steps if not step.conditional and (name := migration(step) or seeding(step))]
    if not found or holder.command is None:
        return
    variables: list[ImageVariable] = []
    if stage is not None and build is not None:
        if not repository.is_built_as_known(stage, build):
            return
        variables = [variable for one in build.lineage(stage) for variable in one.variables]
    if _may_be_sqlite(holder.command, variables, component.modules if component is not None else ()):
        return
    for step, name in found:
        yield Finding(
            step.words[0].span.to(step.words[-1].span),
            f"`{name}` changes a database while the image is built, not when it is released",
            about=name,
            severity="note" if stage is not None and build is not None and repository.is_for_development(stage, build) else None,
        )


def _may_be_sqlite(command: Command, variables: list[ImageVariable], modules: tuple[Module, ...]) -> bool:
    """Tell whether the database may be one that the build itself makes: a file, or a server that it starts."""
    if any(program(unwrapped(step)) in _STARTERS or _names_sqlite(step) for step in command.invocations):
        return True
    named = [variable.value for variable in variables if "DATABASE" in variable.name or variable.name.startswith("DB_")]
    engines = [
        setting.value
        for module in modules
        for setting in module.settings
        if setting.name.startswith("DATABASES.") and setting.name.endswith(".ENGINE")
    ]
    return any(value.is_unknown or "sqlite" in value.known("") for value in (*named, *engines))


def _names_sqlite(step: Invocation) -> bool:
    return any("sqlite" in word.text for word in (*step.words, *(one.value for one in step.assignments)))
