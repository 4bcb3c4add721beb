"""What kustomizations make of the objects that they list: field by field, through bases, overlays and components."""

from __future__ import annotations

import pytest

from cnlint.assembly.kustomized import may_match
from cnlint.kustomize import listed
from cnlint.model.system import Process
from cnlint.model.workload import Container, Workload
from tests.memory import MemoryTree, processes, repository

WEB = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers: [{name: web, image: "ghcr.io/acme/web:1.2", ports: [{containerPort: 80}]}, {name: proxy, image: envoy, args: ["$(SIDE)"]}]
"""
SERVICE = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: web}, ports: [{port: 80}]}\n"
PATCH = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: NAME}\nspec: {template: {spec: {containers: [{name: web, tty: true}]}}}\n"


def app(base: str, **others: str) -> dict[str, str]:
    """Return a base of a Deployment and its Service, with other kustomizations by their folder."""
    files = {"base/kustomization.yaml": f"resources: [web.yaml, service.yaml]\n{base}", "base/web.yaml": WEB, "base/service.yaml": SERVICE}
    return files | {f"{folder}/kustomization.yaml": text for folder, text in others.items()}


def web(files: dict[str, str]) -> tuple[Process, Workload, Container]:
    found = processes(files)["kubernetes:web"]
    assert found.workload is not None
    assert found.container is not None
    return found, found.workload, found.container


@pytest.mark.parametrize(
    "base",
    [
        "",
        "configMapGenerator: [{name: settings, literals: [A=b]}]",
        "generatorOptions: {disableNameSuffixHash: true}",
        "patches: [{target: {kind: Ingress}, patch: '[]'}]",
        "patches: [{target: {kind: Deployment, name: api.*}, patch: '[]'}]",
        "patchesJson6902: [{target: {kind: Deployment, name: api}, path: other.yaml}]",
        "replicas: [{name: api, count: 3}]",
        "images: [{name: ghcr.io/acme/api, newTag: '2'}]",
        "commonAnnotations: {team: shop}",
    ],
)
def test_what_a_kustomization_does_not_change_is_certain(base: str) -> None:
    process, workload, container = web(app(base))
    assert container.readiness.is_absent
    assert workload.replicas.is_(2)
    image = container.image.known(None)
    assert image is not None
    assert image.tag.is_("1.2")
    assert process.receives_traffic


@pytest.mark.parametrize(
    "base",
    [
        "patches: [{target: {kind: Deployment}, patch: '[]'}]",
        "patches: [{target: {name: w.*b}, path: missing.yaml}]",
        "patches: [{target: {labelSelector: app=web}, patch: '[]'}]",
        "patches: [{path: missing.yaml}]",
        "patches: [{patch: '" + '{"kind": "Deployment", "metadata": {"name": "web"}}' + "'}]",
        "patchesStrategicMerge:\n- |-\n  kind: Deployment\n  metadata: {name: web}\n",
        "patchesJson6902: [{target: {kind: Deployment, name: web}, path: other.yaml}]",
        "replacements: [{source: {kind: Service}, targets: [{select: {kind: Deployment}, fieldPaths: [spec.replicas]}]}]",
        "replacements: [{path: missing.yaml}]",
        "transformers: [t.yaml]",
        "helmCharts: [{name: db}]",
        "somethingNew: {}",
        "components: [../missing]",
        "components: ['https://example.org/probes']",
        "labels: [{pairs: {a: b}, fields: [{path: spec/x}]}]",
    ],
)
def test_what_may_be_changed_is_open(base: str) -> None:
    process, workload, container = web(app(base))
    assert container.readiness.is_unknown
    assert workload.replicas.is_unknown
    assert not process.receives_traffic


@pytest.mark.parametrize(
    ("overlay", "is_open"),
    [
        ("resources: [../base]\npatches: [{path: patch.yaml}]", True),
        ("bases: [../base]\npatchesStrategicMerge: [patch.yaml]", True),
        ("resources: [../base]\npatches: [{path: api.yaml}]", False),
        ("resources: [../base]\nnamePrefix: prod-\npatches: [{target: {name: prod-web}, path: patch.yaml}]", True),
        ("resources: [../base]\ncomponents: [../probes]", True),
        ("resources: [../middle]", True),
        ("resources: [../apis]\npatches: [{path: patch.yaml}]", False),
    ],
)
def test_overlays_and_components_patch_what_is_below_them(overlay: str, is_open: bool) -> None:
    files = app("", prod=overlay, probes="kind: Component\npatches: [{path: patch.yaml}]", apis="resources: []")
    files["middle/kustomization.yaml"] = (
        "resources: [../base]\npatches: [{target: {kind: Deployment}, path: patch.yaml}]" if "middle" in overlay else "resources: []"
    )
    files |= {f"{folder}/patch.yaml": PATCH.replace("NAME", "web") for folder in ("prod", "probes")}
    if "api.yaml" in overlay:
        files["prod/api.yaml"] = PATCH.replace("NAME", "api")
    assert web(files)[2].readiness.is_unknown is is_open


@pytest.mark.parametrize(
    ("base", "namespace"),
    [
        ("", "default"),
        ("namespace: shop", "shop"),
    ],
)
def test_a_namespace_is_stated(base: str, namespace: str) -> None:
    process, workload, _ = web(app(base))
    assert workload.key is not None
    assert workload.key.namespace.known("") == namespace
    assert process.receives_traffic


def test_each_overlay_has_its_namespace() -> None:
    """What is in the same overlays is in the same namespaces; what is in one of them may be in another."""
    files = app("", dev="resources: [../base]\nnamespace: dev", prod="resources: [../base, extra.yaml]\nnamespace: prod")
    files["prod/extra.yaml"] = SERVICE
    process, workload, _ = web(files)
    assert workload.key is not None
    assert workload.key.namespace.is_("dev|prod")
    assert len(process.exposures) == 1
    assert process.may_receive_traffic
    alone = {path: text for path, text in files.items() if path != "base/service.yaml"}
    process, _, _ = web(alone)
    assert not process.receives_traffic
    assert process.may_receive_traffic


@pytest.mark.parametrize(
    ("files", "traffic"),
    [
        (app("commonLabels: {team: shop}"), True),
        (app("labels: [{pairs: {team: shop}, includeSelectors: true}]"), True),
        (app("labels: [{pairs: {team: shop}}]"), True),
        (app("labels: [{pairs: {app: shop}}]"), True),
        (app("labels: [{pairs: {app: shop}, includeTemplates: true}]"), False),
        (app("commonLabels: {app: shop}"), True),
        (app("", prod="resources: [../base]\ncommonLabels: {env: prod}"), True),
        (app("", prod="resources: [../base]\ncommonLabels: {env: prod}", dev="resources: [../base]\ncommonLabels: {env: dev}"), False),
    ],
)
def test_labels_keep_services_and_pods_together(files: dict[str, str], traffic: bool) -> None:
    process, _, _ = web(files)
    assert process.receives_traffic is traffic
    assert process.may_receive_traffic


def test_labels_are_put_where_none_are_written() -> None:
    bare = WEB.replace("selector: {matchLabels: {app: web}}", "selector: {}").replace("metadata: {labels: {app: web}}", "metadata: {}")
    files = app("commonLabels: {team: shop}") | {"base/web.yaml": bare, "base/service.yaml": SERVICE.replace("selector: {app: web}, ", "")}
    process, workload, _ = web(files)
    assert [(label.name, label.value.known("")) for label in workload.labels] == [("team", "shop")]
    assert process.receives_traffic


def test_labels_divide_what_is_labelled_from_what_is_not() -> None:
    files = app("", team="resources: [service.yaml]\ncommonLabels: {team: shop}") | {"team/service.yaml": SERVICE}
    del files["base/service.yaml"]
    assert not web(files)[0].may_receive_traffic


@pytest.mark.parametrize(
    ("field", "tag", "proxy"),
    [
        ("images: [{name: ghcr.io/acme/web, newTag: '2'}]", None, None),
        ("images: [{name: other, digest: 'sha256:abc'}]", "1.2", None),
        ("", "1.2", None),
    ],
)
def test_images_get_tags(field: str, tag: str | None, proxy: str | None) -> None:
    """`kustomize edit set image` writes the tags of those that have none."""
    _, workload, _ = web(app(field))
    images = [one.image.known(None) for one in workload.containers]
    assert [image.tag.known(None) if image is not None else "?" for image in images] == [tag, proxy]
    assert all(image is not None and image.repository.is_known and not image.tag.is_absent for image in images)


def test_replicas_variables_and_generators_change_what_they_name() -> None:
    files = app(
        "replicas: [{name: web, count: 3}]\nvars: [{name: SIDE}]\nconfigMapGenerator: [{name: a, behavior: merge, literals: [B=c]}]"
    )
    files["base/kustomization.yaml"] = files["base/kustomization.yaml"].replace("service.yaml", "service.yaml, a.yaml, b.yaml")
    files |= {f"base/{name}.yaml": f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}}}\ndata: {{A: b}}\n" for name in "ab"}
    _, workload, _ = web(files)
    assert workload.replicas.is_unknown
    assert workload.containers.entries[1].arguments.is_unknown
    objects = [one for unit in repository(files).facts if unit.path != "base/kustomization.yaml" for one in unit.config_objects]
    assert [(one.key.name.known("") if one.key else "", one.entries.complete) for one in objects] == [("a", False), ("b", True)]


def test_a_circle_of_kustomizations_ends() -> None:
    files = {"a/kustomization.yaml": "resources: [../b, web.yaml]\n", "b/kustomization.yaml": "resources: [../a]\n", "a/web.yaml": WEB}
    assert list(listed(MemoryTree(files)).changes) == ["a/web.yaml"]


@pytest.mark.parametrize(
    ("pattern", "text", "answer"),
    [
        ("", "web", True),
        ("web", "web", True),
        ("web", "web-2", False),
        ("^web$", "web", True),
        ("web.*", "web-2", True),
        (".*-db", "carts-db", True),
        (".*-db", "carts", False),
        ("a.*b.*c", "a-b-c", True),
        ("a.*b.*c", "a-c", False),
        ("web|api", "db", True),
        ("ab.*ba", "aba", False),
        ("(a+)+$", "a" * 60, True),
    ],
)
def test_patterns_of_names(pattern: str, text: str, answer: bool) -> None:
    assert may_match(pattern, text) is answer
