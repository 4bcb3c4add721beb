"""Service selects no pods.

Its selector matches the labels of no workload, so that it has no endpoints: its name resolves, and every connection is refused.
Such a Service stays behind when a Deployment is renamed. Write the labels of the pod template into the selector.

Pods may come from elsewhere: charts, operators, another repository. So a Service is reported only where a workload in its folder
has its name, or some of the labels but not all. Services without a selector, and selectors by labels that controllers put on running pods,
are left alone.

See also: <https://kubernetes.io/docs/concepts/services-networking/service/#services-in-kubernetes>
"""

from collections.abc import Iterator

from cnlint.api import Exposure, Finding, Label, Leading, Workload, check, related


@check("CN0756", tier="core", severity="warning")
def dangling_service(exposure: Exposure, leading: Leading) -> Iterator[Finding]:
    """Report a Service whose selector no workload can match, where one was evidently meant."""
    selector, meant = exposure.selector.known(None), leading.near
    if meant is None or selector is None:
        return
    missing = [label for label in selector.labels if not _has(meant, label)]
    wanted = ", ".join(f"{label.name}={label.value.known('?')}" for label in missing)
    own = [found for label in missing if (found := meant.labels.named(label.name)) is not None]
    has = ", ".join(f"{label.name}={label.value.known('?')}" for label in own) or "no such label"
    yield Finding(
        missing[0].value if missing and missing[0].value.span is not None else selector,
        f"service {exposure.name.known('?')} selects no pods: none has {wanted}, and those of {meant.name.known('?')} have {has}",
        related=[place for label in own for place in related(label.value, f"the label of the pods of {meant.name.known('?')}")],
    )


def _has(workload: Workload, label: Label) -> bool:
    own = workload.labels.named(label.name)
    return own is not None and own.value.is_(label.value.known(""))
