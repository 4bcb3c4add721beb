"""Kubernetes objects as repositories write them: custom resources that run pods, and what stands around workloads."""

from textwrap import dedent

import msgspec
import pytest

from cnlint.model.objects import Exposure
from tests.test_kubernetes import facts, workload

POD = "{metadata: {labels: {app: a}}, spec: {containers: [{name: a, image: 'b:1'}]}}"


@pytest.mark.parametrize(
    ("text", "kind", "replicas"),
    [
        ("apiVersion: keda.sh/v1alpha1\nkind: ScaledJob\nspec: {jobTargetRef: {template: POD}}", "job", 1),
        ("apiVersion: flink.apache.org/v1beta1\nkind: FlinkDeployment\nspec: {podTemplate: POD}", "service", None),
        ("apiVersion: ray.io/v1\nkind: RayCluster\nspec: {workerGroupSpecs: [{replicas: 2, template: POD}]}", "service", 2),
        ("apiVersion: kubeflow.org/v1\nkind: PyTorchJob\nspec: {pytorchReplicaSpecs: {Master: {replicas: 1, template: POD}}}", "job", 1),
        ("apiVersion: jobset.x-k8s.io/v1alpha2\nkind: JobSet\nspec: {replicatedJobs: [{template: {spec: {template: POD}}}]}", "job", 1),
        ("apiVersion: serving.knative.dev/v1\nkind: Service\nspec: {template: POD}", "service", None),
        ("apiVersion: apps.openshift.io/v1\nkind: DeploymentConfig\nspec: {replicas: 3, template: POD}", "service", 3),
        ("apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nspec: {template: POD}", "service", 1),
        ("apiVersion: apps.kruise.io/v1alpha1\nkind: CloneSet\nspec: {replicas: 4, template: POD}", "service", 4),
        ("apiVersion: v1\nkind: ReplicationController\nspec: {replicas: 2, selector: {app: a}, template: POD}", "service", 2),
        ("apiVersion: apps/v1\nkind: ReplicaSet\nspec: {replicas: 2, selector: {}, template: POD}", "service", 2),
    ],
)
def test_a_pod_template_is_a_workload_wherever_it_stands(text: str, kind: str, replicas: int | None) -> None:
    found = workload(text.replace("POD", POD))
    assert (found.kind, found.replicas.known(None), found.possible) == (kind, replicas, False)
    assert [one.name.known("") for one in found.containers] == ["a"]
    assert [(label.name, label.value.known("")) for label in found.labels] == [("app", "a")]


def test_what_ends_is_a_job_whatever_its_resource_is_called() -> None:
    text = "apiVersion: a.io/v1\nkind: Experiment\nspec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: b}]}}}"
    assert workload(text).kind == "job"


def test_an_operator_may_fill_in_what_a_template_leaves_out() -> None:
    found = workload(f"apiVersion: ray.io/v1\nkind: RayCluster\nspec: {{headGroupSpec: {{template: {POD}}}}}")
    (container,) = found.containers
    assert (container.readiness.is_unknown, found.selector.is_unknown, found.update_strategy.is_unknown) == (True, True, True)
    assert container.resources.memory_limit.is_unknown


def test_a_deployment_config_is_as_known_as_a_deployment_but_for_the_images_of_its_stream() -> None:
    text = f"apiVersion: apps.openshift.io/v1\nkind: DeploymentConfig\nspec: {{selector: {{app: a}}, template: {POD}TRIGGERS}}\n"
    plain, triggered = (workload(text.replace("TRIGGERS", more)) for more in ("", ", triggers: [{type: ImageChange}]"))
    assert [next(iter(one.containers)).image.is_unknown for one in (plain, triggered)] == [False, True]
    assert [next(iter(one.containers)).readiness.is_absent for one in (plain, triggered)] == [True, True]
    assert (plain.update_strategy.known(""), plain.surge.known("")) == ("RollingUpdate", "25%")
    selector = plain.selector.known(None)
    assert selector is not None
    assert [label.name for label in selector.labels] == ["app"]


def test_a_rollout_that_runs_a_deployment_is_no_workload_of_its_own() -> None:
    assert not facts("apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nspec: {workloadRef: {kind: Deployment, name: a}}").workloads


def test_a_deployment_without_selector_is_a_part_of_one() -> None:
    patch = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec: {template: {spec: {containers: [{name: a, image: b}]}}}\n"
    assert workload(patch).possible
    assert not workload(patch, opened="a kustomization lists it").possible


@pytest.mark.parametrize(
    "text",
    [
        "apiVersion: kyverno.io/v1\nkind: ClusterPolicy\nspec: {rules: [{validate: {pattern: {spec: {containers: [{name: '*'}]}}}}]}",
        "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nspec: {a: {spec: {containers: [{name: x}]}}}",
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nspec: {source: {path: x}}",
    ],
)
def test_a_pattern_of_a_pod_is_no_workload(text: str) -> None:
    assert not facts(text).workloads


def test_templates_of_workflows() -> None:
    text = """\
        apiVersion: argoproj.io/v1alpha1
        kind: KIND
        metadata: {name: nightly}
        spec: SPEC
    """
    spec = "{templates: [{name: main, steps: []}, {name: load, container: {image: 'loader:1'}}, {name: sum, script: {image: 'python:3'}}]}"
    template = facts(dedent(text).replace("KIND", "WorkflowTemplate").replace("SPEC", spec)).workloads
    cron = facts(
        dedent(text).replace("KIND", "CronWorkflow").replace("SPEC", "{schedule: '0 1 * * *', workflowSpec: " + spec + "}")
    ).workloads
    assert [one.kind for one in (*template, *cron)] == ["job", "job", "cron", "cron"]
    assert [container.name.known("") for one in template for container in one.containers] == ["load", "sum"]


def test_a_spark_application() -> None:
    driver, executor = facts(
        """\
        apiVersion: sparkoperator.k8s.io/v1beta2
        kind: SparkApplication
        metadata: {name: words}
        spec:
          image: acme/words:1
          driver: {cores: 1, env: [{name: MODE, value: batch}]}
          executor: {image: "acme/words-executor:1"}
        """
    ).workloads
    assert [driver.kind, executor.kind] == ["job", "job"]
    images = [container.image.known(None) for one in (driver, executor) for container in one.containers]
    assert [image.name for image in images if image is not None] == ["words", "words-executor"]
    assert [variable.name.known("") for container in driver.containers for variable in container.env] == ["MODE"]


def test_resources_and_security_of_a_pod_hold_for_its_containers() -> None:
    text = "apiVersion: v1\nkind: Pod\nspec: {securityContext: {runAsUser: 7}, resources: {limits: {memory: 1Gi}}, containers: [{name: a, image: b}]}"
    (container,) = workload(text).containers
    assert (container.user.known(""), container.resources.memory_limit.known("")) == ("7", "1Gi")


def test_a_container_for_debugging_takes_no_traffic() -> None:
    text = "apiVersion: v1\nkind: Pod\nspec: {containers: [{name: a, image: b}], ephemeralContainers: [{name: look, image: busybox}]}"
    main, look = workload(text).containers
    assert (main.role, look.role, main.readiness.is_absent, look.readiness.is_inapplicable) == ("main", "ephemeral", True, True)


def test_a_template_of_openshift_leaves_its_parameters_open() -> None:
    found = facts(
        """\
        apiVersion: template.openshift.io/v1
        kind: Template
        objects:
          - apiVersion: apps/v1
            kind: Deployment
            metadata: {name: "${NAME}-web"}
            spec:
              replicas: ${{COPIES}}
              template: {spec: {containers: [{name: web, image: "acme/web:1", env: [{name: A, value: "${A}"}, {name: B, value: b}]}]}}
          - {apiVersion: v1, kind: Service, metadata: {name: web}}
        """
    )
    (web,) = found.workloads
    assert [one.key.kind for one in found.objects] == ["Deployment", "Service"]
    assert (web.name.is_unknown, web.replicas.is_unknown) == (True, True)
    assert [variable.value.known(None) for container in web.containers for variable in container.env] == [None, "b"]


def affinities(text: str) -> list[str | None]:
    return [one.affinity.known("unknown" if one.affinity.is_unknown else None) for one in facts(text).exposures]


@pytest.mark.parametrize(
    ("head", "field", "kind"),
    [
        ("apiVersion: v1\nkind: Service", "spec: {sessionAffinity: ClientIP}", "ClientIP"),
        ("apiVersion: v1\nkind: Service", "spec: {sessionAffinity: None}", None),
        ("apiVersion: v1\nkind: Service", "spec: {}", None),
        (
            "apiVersion: networking.k8s.io/v1\nkind: Ingress",
            "metadata: {annotations: {nginx.ingress.kubernetes.io/affinity: cookie}}",
            "cookie",
        ),
        (
            "apiVersion: networking.k8s.io/v1\nkind: Ingress",
            "metadata: {annotations: {nginx.ingress.kubernetes.io/upstream-hash-by: $request_uri}}",
            None,
        ),
        (
            "apiVersion: networking.k8s.io/v1\nkind: Ingress",
            "metadata: {annotations: {alb.ingress.kubernetes.io/target-group-attributes: 'stickiness.enabled=true,stickiness.type=lb_cookie'}}",
            "cookie",
        ),
        (
            "apiVersion: v1\nkind: Service",
            "metadata: {annotations: {traefik.ingress.kubernetes.io/service.sticky.cookie: 'true'}}",
            "cookie",
        ),
        (
            "apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute",
            "spec: {rules: [{sessionPersistence: {type: Cookie}}]}",
            "sessionPersistence",
        ),
        (
            "apiVersion: networking.istio.io/v1\nkind: DestinationRule",
            "spec: {trafficPolicy: {loadBalancer: {consistentHash: {httpCookie: {name: s}}}}}",
            "httpCookie",
        ),
        (
            "apiVersion: networking.istio.io/v1\nkind: DestinationRule",
            "spec: {trafficPolicy: {loadBalancer: {consistentHash: {httpHeaderName: x-user}}}}",
            None,
        ),
        (
            "apiVersion: networking.istio.io/v1\nkind: DestinationRule",
            "spec: {trafficPolicy: {loadBalancer: {consistentHash: {useSourceIp: false}}}}",
            None,
        ),
        (
            "apiVersion: cloud.google.com/v1\nkind: BackendConfig",
            "spec: {sessionAffinity: {affinityType: GENERATED_COOKIE}}",
            "GENERATED_COOKIE",
        ),
    ],
)
def test_what_keeps_a_client_at_one_process(head: str, field: str, kind: str | None) -> None:
    assert affinities(f"{head}\n{field}\n") == [kind]


def test_a_kustomization_may_add_an_affinity() -> None:
    (service,) = facts("apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {}\n", opened="a kustomization").exposures
    assert isinstance(service, Exposure)
    assert service.affinity.is_unknown


def test_claims_defaults_policies_and_vertical_autoscalers() -> None:
    found = facts(
        """\
        apiVersion: v1
        kind: PersistentVolumeClaim
        metadata: {name: data}
        spec: {accessModes: [ReadWriteOnce, ROX]}
        ---
        apiVersion: v1
        kind: LimitRange
        metadata: {name: limits, namespace: shop}
        spec: {limits: [{type: Pod, max: {cpu: 2}}, {type: Container, default: {memory: 1Gi}, defaultRequest: {cpu: 100m}}]}
        ---
        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        metadata: {name: deny}
        spec: {podSelector: {}, egress: []}
        ---
        apiVersion: autoscaling.k8s.io/v1
        kind: VerticalPodAutoscaler
        metadata: {name: web}
        spec: {targetRef: {kind: Deployment, name: web}}
        ---
        apiVersion: autoscaling.k8s.io/v1
        kind: VerticalPodAutoscaler
        metadata: {name: advice}
        spec: {targetRef: {kind: Deployment, name: web}, updatePolicy: {updateMode: "Off"}}
        """
    )
    (claim,) = found.claims
    assert [mode.known("") for mode in claim.access_modes] == ["ReadWriteOnce", "ReadOnlyMany"]
    (limits,) = found.limit_ranges
    given = limits.defaults
    assert (given.memory_limit.known(""), given.memory_request.known(""), given.cpu_request.known("")) == ("1Gi", "1Gi", "100m")
    assert given.cpu_limit.is_absent
    (policy,) = found.network_policies
    assert [direction.known("") for direction in policy.directions] == ["Ingress", "Egress"]
    assert [one.target_name.known("") for one in found.vertical_autoscalers] == ["web"]


CONFIG = """\
apiVersion: v1
kind: ConfigMap
metadata: {name: app}
immutable: true
data:
  LOG_LEVEL: info
  DB_PASSWORD: hunter2-hunter2
  application.yml: |
    spring:
      datasource:
        username: shop
        password: "s3cr3t-of-shop"   # for now
        url: jdbc:postgresql://db/shop
      # password: not-this-one
    token-url: https://example.com/token
  nsswitch.conf: |
    passwd: files
    shadow: files
  settings.ini: |
    [mail]
    smtp_password = m41l-passw0rd
    password_policy = strict
  options.json: |
    {"apiKey": "9f8e7d6c5b4a39281706", "apiKeyHeader": "X-Key"}
  run.sh: |
    #!/bin/sh
    PASSWORD=$(cat /run/secrets/password)
    psql postgres://shop:pa55w0rd@db/shop
binaryData:
  blob: AAECAwT/
"""


def test_settings_in_files_of_a_config_map_are_judged_where_they_stand() -> None:
    found = facts(CONFIG)
    (config,) = found.config_objects
    assert {entry.name: entry.value.secret is not None for entry in config.entries if not entry.value.is_unknown} == {
        "LOG_LEVEL": False,
        "DB_PASSWORD": True,
    }
    assert [entry.name for entry in config.settings] == [
        "application.yml: password",
        "settings.ini: smtp_password",
        "options.json: apiKey",
        "run.sh",
    ]
    shown = [CONFIG[entry.span.start : entry.span.end] for entry in config.settings]
    assert shown[:3] == ["s3cr3t-of-shop", "m41l-passw0rd", "9f8e7d6c5b4a39281706"]
    kept = msgspec.msgpack.encode(found)
    assert not any(word in kept for word in (b"hunter2", b"s3cr3t-of", b"m41l", b"9f8e7d", b"pa55w0rd"))


def test_files_in_secrets_are_decoded() -> None:
    found = facts(
        """\
        apiVersion: v1
        kind: Secret
        metadata: {name: pull}
        type: kubernetes.io/dockerconfigjson
        data:
          .dockerconfigjson: eyJhdXRocyI6IHsiZ2hjci5pbyI6IHsiYXV0aCI6ICJZV050WlRwb2RXNTBaWEl5TFdoMWJuUmxjakk9In19fQ==
        """
    )
    (secret,) = found.config_objects
    assert [entry.name for entry in secret.settings] == [".dockerconfigjson: auth"]


def test_what_a_kustomization_generates() -> None:
    found = facts(
        """\
        resources: [web.yaml]
        namespace: shop
        configMapGenerator:
          - {name: app, literals: [LOG_LEVEL=info, "API_TOKEN='f00Dfeed-Cafe-9001'"], files: [a.conf]}
        secretGenerator:
          - name: db
            literals:
              - password=hunter2-hunter2
        """,
        "k8s/kustomization.yaml",
    )
    config, secret = found.config_objects
    assert [(one.kind, one.key.kind, one.key.name.known(""), one.key.namespace.known("")) for one in (config, secret)] == [
        ("config", "ConfigMap", "app", "shop"),
        ("secret", "Secret", "db", "shop"),
    ]
    assert [(entry.name, entry.value.known(""), entry.value.secret is not None) for entry in (*config.entries, *secret.entries)] == [
        ("LOG_LEVEL", "info", False),
        ("API_TOKEN", "***", True),
        ("password", "***", True),
    ]
    assert (config.entries.complete, secret.entries.complete) == (False, True)


def test_an_annotation_ignores_checks_for_the_whole_object() -> None:
    text = """\
        apiVersion: v1
        kind: Service
        metadata:
          name: web
          annotations: {cnlint/ignore: "CN0606, missing-liveness-probe clients hold a socket"}
        """
    found = facts(text)
    (ignore,) = found.ignores
    assert (ignore.names, ignore.reason) == (("CN0606", "missing-liveness-probe"), "clients hold a socket")
    assert ignore.covers == found.objects[0].span
    assert not facts("apiVersion: v1\nkind: Service\nmetadata: {name: web}\n").ignores
