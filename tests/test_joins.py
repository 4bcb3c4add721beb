"""Every join says how strong it is, why it holds, and where that stands."""

from __future__ import annotations

from cnlint.model.objects import Exposure
from cnlint.model.workload import Workload
from tests.memory import processes, repository

DEPLOYMENT = """
    apiVersion: apps/v1
    kind: Deployment
    metadata: {{name: web}}
    spec:
      selector: {{matchLabels: {{app: web}}}}
      template:
        metadata: {{labels: {{app: web}}}}
        spec:
          containers: [{{name: web, image: "{image}"}}]
          volumes: [{{name: data, persistentVolumeClaim: {{claimName: data}}}}]
    """
AROUND = """
    apiVersion: v1
    kind: Service
    metadata: {name: web}
    spec: {selector: {app: web}, ports: [{port: 80}]}
    ---
    apiVersion: autoscaling/v2
    kind: HorizontalPodAutoscaler
    metadata: {name: web}
    spec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}, maxReplicas: 4}
    ---
    apiVersion: v1
    kind: PersistentVolumeClaim
    metadata: {name: data}
    spec: {accessModes: [ReadWriteOnce]}
    """
IMAGE = 'FROM python:3.12\nCOPY . .\nCMD ["python", "web.py"]\n'


def reasons(files: dict[str, str], name: str) -> list[tuple[str, str]]:
    return [(join.strength, join.reason) for join in processes(files)[name].joins]


def test_a_build_says_dockerfile_context_and_target() -> None:
    files = {
        "compose.yaml": "services:\n  web: {build: {context: backend, target: app}}\n",
        "backend/Dockerfile": f"{IMAGE}FROM 0 AS app\n",
    }
    assert reasons(files, "compose:web") == [("runs", "Compose builds backend/Dockerfile with context backend and target app")]


def test_a_name_says_whose_it_is() -> None:
    files = {
        "web/Dockerfile": IMAGE,
        "docker/Dockerfile.worker": IMAGE,
        "k8s/web.yaml": DEPLOYMENT.format(image="ghcr.io/acme/web:1"),
        "k8s/worker.yaml": DEPLOYMENT.format(image="ghcr.io/acme/worker:1").replace("name: web", "name: worker"),
    }
    assert reasons(files, "kubernetes:web") == [("runs", "image name ghcr.io/acme/web is that of folder web")]
    assert reasons(files, "kubernetes:worker") == [("runs", "image name ghcr.io/acme/worker is that of docker/Dockerfile.worker")]
    place = processes(files)["kubernetes:web"].joins[0].place
    assert place is not None
    assert repository(files).paths[place.file] == "k8s/web.yaml"


def test_a_name_that_another_file_builds_says_which() -> None:
    files = {
        "compose.yaml": "services:\n  web: {build: src, image: acme/shop}\n",
        "src/Dockerfile": IMAGE,
        "k8s/web.yaml": DEPLOYMENT.format(image="acme/shop:1"),
    }
    assert reasons(files, "kubernetes:web") == [("runs", "compose.yaml builds src/Dockerfile as acme/shop")]


def test_the_only_dockerfile_and_what_is_only_possible() -> None:
    alone = {"Dockerfile": IMAGE, "k8s/web.yaml": DEPLOYMENT.format(image="acme/other:1")}
    assert reasons(alone, "kubernetes:web") == [("runs", "Dockerfile is the only Dockerfile, acme/other:1 the only image of its own")]
    several = {"shop/Dockerfile": IMAGE, "b/Dockerfile": IMAGE, "k8s/web.yaml": DEPLOYMENT.format(image="acme/my-shop:1")}
    assert reasons(several, "kubernetes:web") == [("may_run", "image name my-shop is like that of shop")]
    unnamed = {"shop/Dockerfile": IMAGE, "k8s/web.yaml": DEPLOYMENT.format(image="$IMAGE")}
    assert [strength for strength, _ in reasons(unnamed, "kubernetes:web")] == ["may_run"]


def test_of_a_name_that_is_not_known_as_a_whole_its_last_part_tells_what_may_be_meant() -> None:
    files = {"shop/Dockerfile": IMAGE, "worker/Dockerfile": IMAGE}

    def meant(image: str) -> list[tuple[str, str]]:
        return reasons({**files, "compose.yaml": f'services:\n  web: {{image: "{image}"}}\n'}, "compose:web")

    assert meant("${REGISTRY}/acme/shop:${TAG}") == [("may_run", "image name shop is like that of shop")]
    assert meant("${SHOP:-ghcr.io/acme/my-shop:1}") == [("may_run", "image name my-shop is like that of shop")]
    assert meant("${MIRROR:-docker.io}/library/redis:7") == []
    assert len(meant("${IMAGE}")) == 2
    assert len(meant("acme/${NAME}")) == 2


def test_the_same_variables_name_the_same_image() -> None:
    compose = """
        services:
          web: {build: shop, image: "${IMAGE:-acme/shop:1}"}
          job: {image: "${IMAGE:-acme/shop:1}"}
          other: {image: "${IMAGE:-acme/shop:2}"}
        """
    files = {"shop/Dockerfile": IMAGE, "worker/Dockerfile": IMAGE, "compose.yaml": compose}
    assert reasons(files, "compose:job") == [("runs", "compose.yaml builds shop/Dockerfile as ${IMAGE}")]
    assert [strength for strength, _ in reasons(files, "compose:other")] == ["may_run"]


def test_objects_say_what_they_mean_and_why() -> None:
    found = repository({"web.yaml": DEPLOYMENT.format(image="acme/web:1"), "around.yaml": AROUND})
    assert {(type(join.source).__name__, type(join.target).__name__, join.reason) for join in found.joins} == {
        ("Exposure", "Workload", "its selector matches app=web"),
        ("Autoscaler", "Workload", "it names Deployment web"),
        ("Volume", "Claim", "it names claim data"),
    }


def test_the_last_stage_is_one_component_whether_it_is_named_or_not() -> None:
    files = {
        "compose.yaml": "services:\n  web: {build: {context: ., target: App}}\n  job: {build: {context: ., target: '1'}}\n",
        "compose.other.yaml": "services:\n  other: {build: .}\n",
        "Dockerfile": f"FROM python:3.12 AS base\n{IMAGE.replace('python:3.12', 'base AS app')}",
    }
    (system,) = repository(files).systems
    (component,) = system.components
    assert [process.component is component for process in system.processes] == [True, True, True]


def test_a_service_means_the_workload_of_its_own_file_before_those_of_variants_beside_it() -> None:
    service, *_ = AROUND.split("---")
    whole = f"{DEPLOYMENT.format(image='ghcr.io/acme/web:1')}---{service}"
    found = repository({"all.yaml": whole, "quickstart.yaml": whole})
    exposed = [join for join in found.joins if type(join.source).__name__ == "Exposure"]
    paths = [(found.paths[join.source.span.file], found.paths[join.target.span.file]) for join in exposed]  # type: ignore[attr-defined]
    assert sorted(paths) == [("all.yaml", "all.yaml"), ("quickstart.yaml", "quickstart.yaml")]


def exposed(files: dict[str, str]) -> set[tuple[str, str]]:
    """Return the files of Services, each with that of a workload which they certainly lead to."""
    found = repository(files)
    joins = [(join.source, join.target) for join in found.joins if isinstance(join.source, Exposure) and isinstance(join.target, Workload)]
    return {(found.paths[source.span.file], found.paths[target.span.file]) for source, target in joins}


def test_a_service_does_not_mean_the_workload_of_another_sample() -> None:
    service, *_ = AROUND.split("---")
    workload = DEPLOYMENT.format(image="ghcr.io/acme/web:1")
    whole = {"app/web.yaml": f"{workload}---{service}"}
    assert exposed({"k8s/services/web.yaml": service, "k8s/deployments/web.yaml": workload, **whole}) == {
        ("k8s/services/web.yaml", "k8s/deployments/web.yaml"),
        ("app/web.yaml", "app/web.yaml"),
    }
    variants = {"extras/backup/web.yaml": workload, "extras/mesh/services.yaml": service, "extras/hpa/web.yaml": f"{workload}---{service}"}
    assert exposed(variants) == {("extras/hpa/web.yaml", "extras/hpa/web.yaml")}


def test_a_service_that_is_shared_means_the_workload_of_each_environment() -> None:
    service, *_ = AROUND.split("---")
    workload = DEPLOYMENT.format(image="ghcr.io/acme/web:1")
    environments = {"k8s/dev/web.yaml": workload, "k8s/prod/web.yaml": workload}
    for path in ("k8s/shared/web.yaml", "k8s/web.yaml"):
        assert exposed({path: service, **environments}) == {(path, target) for target in environments}


def test_a_nearer_workload_that_may_be_meant_hides_one_that_is_far() -> None:
    service, *_ = AROUND.split("---")
    workload = DEPLOYMENT.format(image="ghcr.io/acme/web:1")
    overlay = "resources: [web.yaml]\npatches: [{path: replicas.yaml, target: {kind: Deployment}}]\n"
    files = {"base/web.yaml": f"{workload}---{service}", "base/kustomization.yaml": overlay, "old/web.yaml": workload}
    assert exposed(files) == set()
