"""Container runs as root because its image says nothing else.

A process that is broken into has then all that root has inside the container: it can change the program, and a fault in
the runtime or a mounted path makes it root on the node. Create a user in the image, give it what the program writes to,
and end with `USER`.

Looked at is the user that is in force: that of the stage that is run, of the stages under it, and of the base. Bases that are not
known for running as root (distroless `nonroot`, chainguard, bitnami, images of one's own) are left alone, as are images
whose start changes the user (`gosu`, `su-exec`, `setpriv`) or may do so in a script that is not in the repository, and
images that hold files only, and containers for development and tests. Where the platform sets another user, for this container or for others of the image, or the server
drops root by itself (nginx), it is a note.

## Example

```dockerfile
FROM python:3.12-slim
RUN useradd --system app
USER app
CMD ["gunicorn", "shop.wsgi"]
```

See also: <https://docs.docker.com/build/building/best-practices/#user>,
<https://kubernetes.io/docs/concepts/security/pod-security-standards/>
"""

from collections.abc import Iterator

from cnlint.api import (
    Add,
    Change,
    Container,
    Finding,
    ImageBuild,
    Process,
    Repository,
    Set,
    Span,
    Stage,
    check,
    drops_privileges,
    related,
    runs_as_root,
    split_reference,
)

_ROOT = frozenset({"root", "0"})
_CHANGERS = frozenset(
    """gosu su-exec setpriv chpst runuser su sudo s6-setuidgid start-stop-daemon
    init my_init s6-svscan runsvdir supervisord uwsgi php-fpm""".split()
)
"""Programs that change the user, and those whose configuration may say another one."""
_USER_OPTIONS = frozenset({"--uid", "--user", "--setuid"})


@check("CN1801", tier="core", severity="warning")
def image_runs_as_root(process: Process, repository: Repository) -> Iterator[Finding]:
    """Report the image of a process where nothing keeps it from running as root."""
    component = process.component
    image = component.image if component is not None else None
    if component is None or image is None or process.stage is None or process.target.environment != "production":
        return
    if not _is_run(process) or _may_change_user(process):
        return
    lineage = image.lineage(process.stage)
    found = _root(lineage)
    if found is None or _another_user_is_possible(process, repository):
        return
    place, said = found
    name, tag, _ = split_reference(lineage[-1].base.known(""))
    why = "its image ends with USER root" if said else f"its image says no USER, and {name}{tag and ':'}{tag} runs as root"
    drops = drops_privileges(lineage[-1].base.known(""))
    called = repository.called_by_image(process)
    others = [other for other in repository.may_run(component) if other is not process]
    if _has_other_user(process):
        if any(other.component is process.component and not _has_other_user(other) for other in others):
            return
        yield Finding(place, f"only the manifest keeps {called} from running as root: {why}", about="user", severity="note")
    else:
        differs = any(_may_have_other_user(other) for other in others)
        yield Finding(
            place,
            f"{called} {'starts' if drops else 'runs'} as root: {why}",
            about="user",
            severity="note" if drops or differs or component.for_development else None,
            related=related(process.container.name, "this container sets no other user")
            if differs and process.container is not None
            else (),
        )


@image_runs_as_root.fix(safe=False)
def drop_root(process: Process, image: ImageBuild) -> Iterator[Change]:
    """Say another user; what the program writes to may then need another owner."""
    lineage = image.lineage(process.stage)
    said = next((stage.user for stage in lineage if not stage.user.is_absent), None)
    if said is not None and said.span is not None:
        yield Set(said.span, "65532:65532")
    elif said is None and process.stage is not None:
        yield Add(process.stage.span, "user", "65532:65532")


def _root(lineage: tuple[Stage, ...]) -> tuple[Span, bool] | None:
    """Return where the image leaves root in force, and whether it says so; None where it does not, or may not."""
    said = next((stage.user for stage in lineage if not stage.user.is_absent), None)
    if said is not None:
        user = said.known("").partition(":")[0]
        return (said.span, True) if user in _ROOT and said.span is not None else None
    base = lineage[-1].base
    if not base.is_known or not runs_as_root(base.known("")):
        return None
    return None if base.span is None else (base.span, False)


def _is_run(process: Process) -> bool:
    """Tell whether the image is one that runs something: a manifest does, or it says how to start it."""
    lineage = (
        process.component.image.lineage(process.stage) if process.component is not None and process.component.image is not None else ()
    )
    if process.container is not None:
        return process.container.role != "init"
    return any(not stage.command.is_absent or not stage.entrypoint.is_absent for stage in lineage) or any(
        drops_privileges(stage.base.known("")) for stage in lineage
    )


def _may_change_user(process: Process) -> bool:
    """Tell whether the start changes the user, or may do so in a script that is not seen."""
    if not process.chain and _says_command(process):
        return True
    if any(
        any(word.text.rpartition("/")[2] in _CHANGERS or word.text.partition("=")[0] in _USER_OPTIONS for word in step.words)
        for command in process.chain
        for step in command.invocations
    ):
        return True
    scripts = {script.path.rpartition("/")[2] for script in process.scripts}
    first = process.command.known(None)
    unseen = first is not None and any(
        word.text.endswith(".sh") and word.text.rpartition("/")[2] not in scripts for step in first.invocations for word in step.words[:3]
    )
    return unseen or any(not command.parsed for command in process.chain)


def _says_command(process: Process) -> bool:
    """Tell whether image or platform say how to start, known or not."""
    stages = process.component.image.lineage(process.stage) if process.component is not None and process.component.image is not None else ()
    said = [value for stage in stages for value in (stage.entrypoint, stage.command)]
    if process.container is not None:
        said += [process.container.command, process.container.arguments]
    return any(not value.is_absent for value in said)


def _has_other_user(process: Process) -> bool:
    """Tell whether the platform certainly sets a user that is not root."""
    container = process.container
    if container is None:
        return False
    return container.user.satisfies(lambda user: user.partition(":")[0] not in _ROOT) or container.run_as_non_root.is_(True)


def _may_have_other_user(process: Process) -> bool:
    """Tell whether the platform sets a user that is not root, or may do so."""
    container = process.container
    if container is None:
        return False
    user, non_root = container.user, container.run_as_non_root
    return _has_other_user(process) or user.is_unknown or (user.is_absent and non_root.is_unknown)


def _another_user_is_possible(process: Process, repository: Repository) -> bool:
    """Tell whether a platform may set another user, in a way that is not known."""
    if process.container is not None:
        return process.container.user.is_unknown or process.container.run_as_non_root.is_unknown
    if process.component is None:
        return True
    return any(_may_set_user(other.container) for other in repository.may_run(process.component) if other.container is not None)


def _may_set_user(container: Container) -> bool:
    """Tell whether a container may have another user than its image, or be built from another stage of it."""
    build = container.build.known(None)
    unsettled = container.build.is_unknown or (build is not None and build.is_open)
    non_root = container.run_as_non_root
    return unsettled or not container.user.is_absent or not (non_root.is_absent or non_root.is_inapplicable)
