"""Workload selects pods by labels that its own pods do not have.

Kubernetes refuses such a Deployment, StatefulSet, DaemonSet or Job, so that what the repository says can never be what
runs. Give the pod template the labels that the selector asks for.

Labels that a kustomization or a template may still change are left alone.

See also: <https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#selector>
"""

from collections.abc import Iterator

from cnlint.api import Finding, Label, Selector, Workload, check, related


@check("CN1306", tier="core", severity="error")
def selector_mismatch(workload: Workload) -> Iterator[Finding]:
    """Report each label that the selector asks for and the pods certainly lack."""
    selector = workload.selector.known(None)
    for wanted in selector.labels if selector is not None else ():
        own = workload.labels.named(wanted.name)
        if own is None and workload.labels.lacks(wanted.name):
            yield _finding(
                workload, wanted, selector, f"the pods of {workload.name.known('?')} have no label {wanted.name}, by which it selects them"
            )
        elif own is not None and own.value.is_known and wanted.value.is_known and own.value.is_not(wanted.value.known("")):
            message = (
                f"{workload.name.known('?')} selects pods by {wanted.name}={wanted.value.known('')}, "
                f"and its own have {wanted.name}={own.value.known('')}"
            )
            yield _finding(workload, wanted, selector, message, own)


def _finding(workload: Workload, wanted: Label, selector: Selector | None, message: str, own: Label | None = None) -> Finding:
    place = wanted.value if wanted.value.span is not None else selector if selector is not None else workload
    others = () if own is None or own.value.span is None else related(own.value, "the label of its pods")
    return Finding(place, message, about=wanted.name, related=others)
