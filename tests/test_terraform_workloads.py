"""Workloads of cloud platforms, backing services and load balancers in Terraform."""

import pytest

from cnlint.model.facts import Facts
from cnlint.model.objects import Exposure
from cnlint.model.workload import Container, Workload

from .memory import processes, repository


def facts(text: str, more: dict[str, str] | None = None) -> Facts:
    return next(unit for unit in repository({"main.tf": text, **(more or {})}).facts if unit.path == "main.tf")


def workload(text: str) -> Workload:
    (found,) = facts(text).workloads
    return found


def container(text: str) -> Container:
    (found,) = workload(text).containers
    return found


def exposure(text: str) -> Exposure:
    (found,) = facts(text).exposures
    return found


def written(one: Container) -> list[tuple[str | None, str | None, str]]:
    return [(env.name.content, env.value.content, env.origin) for env in one.env if env.origin != "field"]


def test_a_function_from_an_archive() -> None:
    text = """
    resource "aws_lambda_function" "orders" {
      function_name = "orders"
      runtime       = "python3.12"
      handler       = "app.handler"
      filename      = "orders.zip"
      environment {
        variables = { STAGE = "prod", QUEUE = aws_sqs_queue.orders.url }
      }
    }
    """
    found = workload(text)
    (function,) = found.containers
    assert (found.platform, found.kind, found.name.content) == ("lambda", "function", "orders")
    assert function.image.is_absent
    assert written(function) == [("STAGE", "prod", "literal"), ("QUEUE", None, "interpolated")]
    assert function.env.complete
    assert function.resources.memory_limit.is_defaulted
    assert not facts(text).exposures


def test_a_function_whose_environment_is_not_known() -> None:
    text = """
    resource "aws_lambda_function" "orders" {
      function_name = "orders"
      dynamic "environment" {
        for_each = var.environment
        content {
          variables = environment.value
        }
      }
    }
    """
    assert not container(text).env.complete


def test_functions_of_google() -> None:
    second = container("""
    resource "google_cloudfunctions2_function" "f" {
      name = "f"
      service_config {
        available_memory      = "512M"
        environment_variables = { STAGE = "prod" }
        secret_environment_variables {
          key     = "TOKEN"
          secret  = "token"
          version = "1"
        }
      }
    }
    """)
    assert written(second) == [("STAGE", "prod", "literal"), ("TOKEN", None, "secret")]
    assert second.resources.memory_limit.content == "512M"
    first = container('resource "google_cloudfunctions_function" "f" {\n  name = "f"\n  environment_variables = { A = "1" }\n}\n')
    assert written(first) == [("A", "1", "literal")]


CLOUD_RUN = """
resource "google_cloud_run_v2_service" "web" {
  name = "web"
  template {
    containers {
      image = "gcr.io/acme/web:1"
    }
    %s
  }
}
"""


def test_defaults_of_cloud_run() -> None:
    found = facts(CLOUD_RUN % "")
    (service,), (scaler,), (entrance,) = found.workloads, found.autoscalers, found.exposures
    (web,) = service.containers
    assert [(port.number.content, port.number.is_defaulted) for port in web.ports] == [(8080, True)]
    assert (scaler.minimum.content, scaler.maximum.content) == (0, 100)
    assert web.startup.is_defaulted
    assert web.readiness.is_inapplicable
    assert entrance.affinity.is_absent
    assert {variable.name.content for variable in web.env} == {"PORT", "K_SERVICE", "K_REVISION", "K_CONFIGURATION"}
    process = processes({"main.tf": CLOUD_RUN % ""})["cloud-run:web"]
    assert process.receives_traffic
    assert process.maximum.content == 100


def test_scaling_of_cloud_run() -> None:
    fixed = facts(CLOUD_RUN % "scaling {\n min_instance_count = 3\n max_instance_count = 3\n}\n session_affinity = true")
    assert [one.replicas.content for one in fixed.workloads] == [3]
    assert not fixed.autoscalers
    assert fixed.exposures[0].affinity.content == "session_affinity"
    unknown = facts(CLOUD_RUN % "scaling {\n max_instance_count = var.most\n}\n session_affinity = var.affinity")
    assert unknown.autoscalers[0].maximum.is_unknown
    assert unknown.exposures[0].affinity.is_unknown


def test_the_container_with_the_port_is_the_one_that_requests_come_to() -> None:
    text = CLOUD_RUN % 'containers {\n name = "app"\n image = "gcr.io/acme/app:1"\n ports {\n container_port = 9000\n}\n}'
    assert [(one.name.content, one.role, [port.number.content for port in one.ports]) for one in workload(text).containers] == [
        ("web", "sidecar", []), ("app", "main", [9000]),
    ]  # fmt: skip


def test_the_older_api_of_cloud_run() -> None:
    text = """
    resource "google_cloud_run_service" "web" {
      name = "web"
      template {
        metadata {
          annotations = { "autoscaling.knative.dev/minScale" = "1", "autoscaling.knative.dev/maxScale" = "5" }
        }
        spec {
          containers {
            image = "gcr.io/acme/web"
            env {
              name = "TOKEN"
              value_from {
                secret_key_ref {
                  name = "token"
                  key  = "latest"
                }
              }
            }
          }
        }
      }
    }
    """
    assert written(container(text)) == [("TOKEN", None, "secret")]
    assert [(one.minimum.content, one.maximum.content) for one in facts(text).autoscalers] == [(1, 5)]


def test_jobs() -> None:
    run = workload("""
    resource "google_cloud_run_v2_job" "nightly" {
      name = "nightly"
      template {
        template {
          containers {
            image = "gcr.io/acme/nightly:1"
            args  = ["nightly"]
          }
        }
      }
    }
    """)
    assert (run.kind, [one.name.content for one in run.containers]) == ("job", ["nightly"])
    batch = workload("""
    resource "aws_batch_job_definition" "nightly" {
      name = "nightly"
      type = "container"
      container_properties = jsonencode({
        image   = "r/nightly:1"
        command = ["nightly"]
        environment = [{ name = "A", value = "1" }]
        volumes = [{ name = "d", host = { sourcePath = "/data" } }]
      })
    }
    """)
    assert (batch.platform, batch.kind, batch.name.content, len(batch.volumes)) == ("batch", "job", "nightly", 1)
    assert [written(one) for one in batch.containers] == [[("A", "1", "literal")]]
    app = workload("""
    resource "azurerm_container_app_job" "nightly" {
      name = "nightly"
      schedule_trigger_config {
        cron_expression = "0 3 * * *"
      }
      template {
        container {
          name  = "nightly"
          image = "r/nightly:1"
        }
      }
    }
    """)
    assert (app.platform, app.kind) == ("container-apps", "cron")


def test_container_apps_without_an_ingress_take_no_traffic() -> None:
    text = 'resource "azurerm_container_app" "a" {\n  name = "a"\n  %s\n  template {\n    container {\n      name = "a"\n      image = "r/a:1"\n    }\n  }\n}\n'
    alone = container(text % "")
    assert alone.readiness.is_absent
    assert alone.ports.is_empty
    assert not facts(text % "").exposures
    assert container(text % "ingress {\n target_port = 80\n}").readiness.is_defaulted
    maybe = text % 'dynamic "ingress" {\n for_each = var.x\n content {\n target_port = 80\n}\n}'
    assert exposure(maybe).possible
    assert container(maybe).readiness.is_unknown


@pytest.mark.parametrize(
    ("stack", "image"),
    [
        ('docker_image_name = "acme/web:1"\n docker_registry_url = "https://ghcr.io"', "ghcr.io/acme/web:1"),
        ('docker_image_name = "nginx:1"\n docker_registry_url = "https://index.docker.io"', "nginx:1"),
        ('docker_image = "acme.azurecr.io/web"\n docker_image_tag = "1"', "acme.azurecr.io/web:1"),
        ('docker_image_name = "web:1"\n docker_registry_url = "https://${var.registry}"', "?:1"),
        ('python_version = "3.12"', ""),
    ],
)
def test_images_of_web_apps(stack: str, image: str) -> None:
    text = f'resource "azurerm_linux_web_app" "w" {{\n  name = "w"\n  site_config {{\n    application_stack {{\n {stack}\n}}\n}}\n}}\n'
    found = container(text).image.known(None)
    assert (f"{found.repository.known('?')}:{found.tag.known('?')}" if found else "") == image


def test_settings_of_web_apps() -> None:
    text = """
    resource "azurerm_linux_web_app" "w" {
      name = "w"
      client_affinity_enabled = true
      app_settings = {
        STAGE = "prod"
        TOKEN = "@Microsoft.KeyVault(SecretUri=https://v.vault.azure.net/secrets/token/)"
      }
      site_config {
        app_command_line = "gunicorn 'shop wsgi'"
      }
    }
    """
    web = container(text)
    assert written(web) == [("STAGE", "prod", "literal"), ("TOKEN", None, "secret")]
    assert not web.env.complete
    assert web.arguments.content is not None
    assert [word.text for word in web.arguments.content.words] == ["gunicorn", "shop wsgi"]
    assert exposure(text).affinity.content == "client_affinity_enabled"


@pytest.mark.parametrize(
    ("text", "affinity"),
    [
        ('resource "aws_lb_target_group" "x" {\n  stickiness {\n    type = "lb_cookie"\n  }\n}\n', "lb_cookie"),
        ('resource "aws_lb_target_group" "x" {\n  stickiness {\n    type = "lb_cookie"\n    enabled = false\n  }\n}\n', "absent"),
        ('resource "aws_lb_target_group" "x" {\n  stickiness {\n    type = "lb_cookie"\n    enabled = var.x\n  }\n}\n', "unknown"),
        ('resource "aws_lb_target_group" "x" {}\n', "absent"),
        ('resource "aws_lb_cookie_stickiness_policy" "x" {\n  name = "x"\n}\n', "lb_cookie"),
        ('resource "google_compute_backend_service" "x" {\n  session_affinity = "CLIENT_IP"\n}\n', "CLIENT_IP"),
        ('resource "google_compute_backend_service" "x" {\n  session_affinity = "NONE"\n}\n', "absent"),
        ('resource "google_compute_backend_service" "x" {}\n', "absent"),
        (
            'resource "azurerm_application_gateway" "x" {\n  backend_http_settings {\n    name = "a"\n    cookie_based_affinity = "Enabled"\n  }\n}\n',
            "Enabled",
        ),
        (
            'resource "azurerm_application_gateway" "x" {\n  backend_http_settings {\n    name = "a"\n    cookie_based_affinity = "Disabled"\n  }\n}\n',
            "absent",
        ),
    ],
)
def test_client_affinity_of_load_balancers(text: str, affinity: str) -> None:
    value = exposure(text).affinity
    assert ("unknown" if value.is_unknown else value.known("absent")) == affinity


def test_a_service_of_ecs_has_the_affinity_of_its_target_group() -> None:
    text = """
    resource "aws_ecs_task_definition" "web" {
      family = "web"
      container_definitions = jsonencode([{ name = "web", image = "r/web:1", portMappings = [{ containerPort = 80 }] }])
    }
    resource "aws_ecs_service" "web" {
      name = "web"
      task_definition = aws_ecs_task_definition.web.arn
      load_balancer {
        target_group_arn = aws_lb_target_group.web.arn
        container_name   = "web"
        container_port   = 80
      }
    }
    resource "aws_lb_target_group" "web" {
      stickiness {
        type = "app_cookie"
      }
    }
    """
    assert exposure(text).affinity.content == "app_cookie"
    elsewhere = facts(text.replace("aws_lb_target_group.web.arn", "var.group")).exposures
    assert [one.affinity.known(None) for one in elsewhere] == [None, "app_cookie"]


def test_json_is_read_as_the_native_syntax() -> None:
    native = facts(
        'resource "aws_ecs_task_definition" "t" {\n  family = "t"\n  container_definitions = jsonencode([{ name = "a", image = "r/a:1" }])\n'
        '  volume {\n    name = "d"\n    host_path = "/d"\n  }\n}\n'
        'resource "aws_ecs_service" "s" {\n  name = "s"\n  task_definition = aws_ecs_task_definition.t.arn\n'
        "  load_balancer {\n    container_port = 80\n  }\n}\n"
    )
    json = """
    {"resource": {
      "aws_ecs_task_definition": {"t": {
        "family": "t",
        "container_definitions": "${jsonencode([{ name = \\"a\\", image = \\"r/a:1\\" }])}",
        "volume": {"name": "d", "host_path": "/d"}
      }},
      "aws_ecs_service": {"s": {
        "name": "s",
        "task_definition": "${aws_ecs_task_definition.t.arn}",
        "load_balancer": {"container_port": 80}
      }}
    }}
    """
    (unit,) = repository({"main.tf.json": json}).facts
    for one in (native, unit):
        (service,) = one.workloads
        assert [volume.kind for volume in service.volumes] == ["host"]
        assert [image.text for only in service.containers if (image := only.image.content) is not None] == ["r/a:1"]
        assert [port.target.content for shown in one.exposures for port in shown.ports] == ["80"]


def test_a_release_of_a_chart_may_run_anything() -> None:
    files = {
        "app/Dockerfile": 'FROM python:3.12\nEXPOSE 80\nCMD ["python", "app.py"]\n',
        "deploy/main.tf": 'resource "helm_release" "app" {\n  name = "app"\n  chart = "./chart"\n}\n',
    }
    found = repository(files)
    (release,) = next(unit for unit in found.facts if unit.path == "deploy/main.tf").workloads
    assert release.possible
    assert release.name.is_unknown
    assert [len(process.candidates) for system in found.systems for process in system.processes if process.container is not None] == [1]


@pytest.mark.parametrize(
    ("type_", "body", "kind", "version"),
    [
        ("aws_db_instance", 'engine = "postgres"\n engine_version = "16.4"', "postgres", "16.4"),
        ("aws_rds_cluster", 'engine = "aurora-mysql"', "mysql", None),
        ("aws_docdb_cluster", 'engine_version = "5.0.0"', "mongodb", "5.0.0"),
        ("aws_elasticache_cluster", 'engine = "memcached"', "memcached", None),
        ("aws_elasticache_replication_group", 'engine = "valkey"\n engine_version = "7.2"', "redis", "7.2"),
        ("aws_mq_broker", 'engine_type = "RabbitMQ"\n engine_version = "3.13"', "rabbitmq", "3.13"),
        ("aws_msk_cluster", 'kafka_version = "3.6.0"', "kafka", "3.6.0"),
        ("aws_opensearch_domain", 'engine_version = "OpenSearch_2.11"', "opensearch", "2.11"),
        ("aws_opensearch_domain", 'engine_version = "Elasticsearch_7.10"', "elasticsearch", "7.10"),
        ("aws_sqs_queue", "", "sqs", ""),
        ("aws_s3_bucket", "", "s3", ""),
        ("google_sql_database_instance", 'database_version = "MYSQL_8_0"', "mysql", "8.0"),
        ("google_memorystore_instance", 'engine_version = "VALKEY_7_2"', "redis", "7.2"),
        ("google_pubsub_topic", "", "pubsub", ""),
        ("google_storage_bucket", "", "gcs", ""),
        ("azurerm_postgresql_flexible_server", 'version = "16"', "postgres", "16"),
        ("azurerm_cosmosdb_account", 'kind = "MongoDB"\n mongo_server_version = "7.0"', "mongodb", "7.0"),
        ("azurerm_cosmosdb_account", "", "cosmosdb", None),
        ("azurerm_redis_cache", "", "redis", None),
        ("azurerm_servicebus_namespace", "", "servicebus", ""),
        ("azurerm_search_service", "", "azure-search", ""),
    ],
)
def test_backing_services(type_: str, body: str, kind: str, version: str | None) -> None:
    (service,) = facts(f'resource "{type_}" "x" {{\n {body}\n}}\n').backing_services
    assert (service.kind, service.version.known(None), service.managed) == (kind, version, True)
