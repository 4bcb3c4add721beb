"""Programs in the container may gain more rights than the one that starts them.

With `allowPrivilegeEscalation` a set-uid program (`sudo`, `su`, a forgotten `ping`) makes its caller root: a process that runs as a
harmless user is root again after one hole. Set it to `false`, which sets the kernel's `no_new_privs`; Pod Security's profile
"restricted" demands it.

An explicit `true` is a warning. Kubernetes allows it where nothing is said, too: that is a note in a container which is hardened
otherwise (another user, no root, a read-only file system), where somebody has forgotten it. A container that is privileged or has
`SYS_ADMIN` has these rights anyway (see `privileged-container`, `dangerous-capabilities`). Containers of Windows, of cluster
namespaces and of DaemonSets, and targets for development give notes at most.

See also: <https://kubernetes.io/docs/tasks/configure-pod-container/security-context/>,
<https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted>
"""

from collections.abc import Iterator

from cnlint.api import Add, Change, Container, Finding, Set, Target, Workload, check, container_name, may_be_of_the_node


@check("CN1804", tier="recommended", severity="warning")
def privilege_escalation_allowed(container: Container, workload: Workload, target: Target) -> Iterator[Finding]:
    """Report a container whose programs may become more than they are."""
    allowed, called = container.privilege_escalation, container_name(container, workload)
    if _has_all_rights(container) or container.role == "ephemeral":
        return
    if allowed.is_(True):
        message = f"{called} allows privilege escalation: a set-uid program in it makes its caller root"
        yield Finding(allowed, message, severity="note" if target.environment != "production" or may_be_of_the_node(workload) else None)
    elif allowed.is_absent and _is_hardened(container):
        yield Finding(container.name, f"{called} is hardened, but does not rule privilege escalation out", severity="note")


@privilege_escalation_allowed.fix(safe=False)
def rule_out(container: Container) -> Iterator[Change]:
    """Set it to false; a program that needs `sudo` then fails."""
    allowed = container.privilege_escalation
    if allowed.is_(True) and allowed.span is not None:
        yield Set(allowed.span, False)
    elif allowed.is_absent and _is_hardened(container):
        yield Add(container.span, "privilege_escalation", False)


def _is_hardened(container: Container) -> bool:
    """Tell whether somebody has taken rights away from the container in other ways."""
    drops_root = container.run_as_non_root.is_stated and container.run_as_non_root.is_(True)
    other_user = container.user.is_stated and container.user.is_not("0", "root")
    return drops_root or other_user or (container.read_only_root.is_stated and container.read_only_root.is_(True))


def _has_all_rights(container: Container) -> bool:
    """Tell whether it may be privileged, or given what amounts to it: Kubernetes then always allows escalation."""
    may_be = not container.privileged.is_(False)
    return (
        may_be
        or not container.capabilities.complete
        or any(one.name.known("SYS_ADMIN") in ("SYS_ADMIN", "ALL") for one in container.capabilities)
    )
