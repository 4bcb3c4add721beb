import pytest

from cnlint.knowledge.datastores import datastore, is_datastore, plain_name
from cnlint.knowledge.kubernetes import fills_secrets, release, removed_api
from cnlint.knowledge.node_paths import is_harmless, is_of_the_node, is_runtime_socket
from cnlint.model.workload import ImageRef
from cnlint.readers.image_reference import parse_image
from cnlint.syntax.nodes import Scalar


def image(text: str) -> ImageRef:
    found = parse_image(Scalar(text, None)).known(None)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("postgres:16", "postgres"),
        ("docker.io/library/postgres", "postgres"),
        ("public.ecr.aws/docker/library/mysql:8", "mysql"),
        ("localhost:5000/redis", "redis"),
        ("mcr.microsoft.com/mssql/server:2022-latest", "mssql"),
        ("docker.elastic.co/elasticsearch/elasticsearch:8.15.0", "elasticsearch"),
        ("bitnami/kafka", "kafka"),
    ],
)
def test_datastores_are_known_whatever_the_registry(text: str, kind: str) -> None:
    store = datastore(image(text))
    assert store is not None
    assert store.kind == kind


@pytest.mark.parametrize("text", ["acme/postgres", "postgres-exporter", "$IMAGE", "shop/web"])
def test_what_another_publisher_calls_so_is_no_datastore(text: str) -> None:
    assert not is_datastore(image(text))


def test_plain_names() -> None:
    assert plain_name("ghcr.io/acme/web") == "acme/web"
    assert plain_name("library/redis") == "redis"


def test_removed_versions() -> None:
    removed = removed_api("extensions/v1beta1", "Ingress")
    assert removed is not None
    assert (removed.release, removed.successor, removed.same) == ((1, 22), "networking.k8s.io/v1", False)
    deployment = removed_api("extensions/v1beta1", "Deployment")
    assert deployment is not None
    assert deployment.release == (1, 16)
    assert removed_api("apps/v1", "Deployment") is None
    assert removed_api("example.com/v1beta1", "CronJob") is None


@pytest.mark.parametrize(("text", "version"), [("1.29", (1, 29)), ("v1.29.3", (1, 29)), ("1", None), ("x.y", None), ("", None)])
def test_releases(text: str, version: tuple[int, int] | None) -> None:
    assert release(text) == version


def test_paths_of_nodes() -> None:
    assert is_runtime_socket("/var/run/docker.sock")
    assert not is_runtime_socket("/run/app.sock")
    assert is_of_the_node("/var/lib/kubelet/plugins/")
    assert not is_of_the_node("/var/lib/kubelets")
    assert is_harmless("/etc/ssl/certs")
    assert not is_harmless("/etc/shop")


def test_what_fills_secrets() -> None:
    assert all(fills_secrets(kind) for kind in ("ExternalSecret", "SealedSecret", "Certificate", "KafkaUser", "HCPVaultSecretsApp"))
    assert not any(fills_secrets(kind) for kind in ("Secret", "ConfigMap", "SecretStore", "Deployment"))
