"""Annotation for Prometheus stands where nobody reads it.

Prometheus finds pods by `prometheus.io/scrape` in the metadata of the pods. On the Deployment itself the same annotation does
nothing: no metrics arrive, and no alert tells so. Move it to the metadata of the pod template (`spec.template.metadata`).

Workloads whose pods have the annotation as well are left alone, and so are annotations that a kustomization may still add.

See also: <https://prometheus.io/docs/prometheus/latest/configuration/configuration/#kubernetes_sd_config>,
<https://github.com/prometheus/prometheus/blob/main/documentation/examples/prometheus-kubernetes.yml>
"""

from collections.abc import Iterator

from cnlint.api import Finding, Workload, check

_SCRAPE = "prometheus.io/scrape"


@check("CN1551", tier="recommended", severity="warning")
def metrics_annotation_without_endpoint(workload: Workload) -> Iterator[Finding]:
    """Report a workload that asks to be scraped on itself, and not on its pods."""
    own = workload.scraping.named(_SCRAPE)
    if own is None or not own.value.is_("true") or not workload.pod_scraping.lacks(_SCRAPE):
        return
    kind = "the workload" if workload.key is None else workload.key.kind
    message = f"{_SCRAPE} stands on {kind} {workload.name.known('?')} and not on its pods, where Prometheus looks for it"
    yield Finding(own.value if own.value.span is not None else workload, message)
