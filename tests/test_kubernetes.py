from textwrap import dedent

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnlint.assembly import kubernetes as assembly
from cnlint.assembly.unit import Unit
from cnlint.model.change import Add, EditCommand, Remove, Set
from cnlint.model.facts import Facts
from cnlint.model.workload import Container, Workload
from cnlint.readers import kubernetes
from cnlint.source import FileState, Source
from cnlint.syntax.document import SyntaxFailure


class OneFile:
    def __init__(self, source: Source) -> None:
        self.only = source

    def source(self, path: str) -> Source | None:
        return self.only if path == self.only.path else None

    def index(self, path: str) -> int:
        return 0

    def exists(self, path: str) -> bool:
        return path == self.only.path

    def state(self, path: str) -> FileState:
        return "tracked"

    def folder(self, path: str) -> tuple[str, ...]:
        return ()


def facts(text: str, path: str = "k8s/app.yaml", opened: str = "") -> Facts:
    unit = Unit("kubernetes", path, (path,), open=opened)
    found = kubernetes.read(assembly.assemble(unit, OneFile(Source(dedent(text), path, 0))).root, unit)
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(found), type=Facts) is not None
    return found


def workload(text: str, opened: str = "") -> Workload:
    (found,) = facts(text, opened=opened).workloads
    return found


def container(text: str, opened: str = "") -> Container:
    return next(one for one in workload(text, opened).containers if one.role == "main")


WEB = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: shop
  labels: {app: web}
spec:
  replicas: 3
  selector:
    matchLabels: {app: web}
    matchExpressions:
      - {key: tier, operator: In, values: [front]}
  template:
    metadata:
      labels: {app: web, tier: front}
    spec:
      terminationGracePeriodSeconds: 45
      securityContext: {runAsUser: 1000, runAsNonRoot: true}
      initContainers:
        - {name: migrate, image: "shop/web:1.4", command: [./manage.py, migrate]}
        - {name: proxy, image: "proxy:2", restartPolicy: Always}
      containers:
        - name: web
          image: registry.example.com:5000/shop/web:1.4
          command: ["/bin/sh", "-c"]
          args:
            - |
              ./prepare
              exec gunicorn shop:app --bind 0.0.0.0:$PORT
          env:
            - {name: PORT, value: "8080"}
            - {name: SELF, value: "http://$(HOST):$(PORT)"}
            - {name: PRICE, value: "$$(5)"}
            - {name: DB_PASSWORD, valueFrom: {secretKeyRef: {name: db, key: password}}}
            - {name: LEVEL, valueFrom: {configMapKeyRef: {name: settings, key: level}}}
            - {name: HOST, valueFrom: {fieldRef: {fieldPath: status.podIP}}}
            - name: EMPTY
          envFrom:
            - {prefix: DB_, secretRef: {name: more, optional: true}}
            - configMapRef: {name: all}
          ports:
            - {containerPort: 8080, name: http, hostPort: 80}
          readinessProbe:
            httpGet: {port: http, path: /ready}
            timeoutSeconds: 3
          livenessProbe:
            exec: {command: [pgrep, gunicorn]}
          lifecycle: {preStop: {sleep: {seconds: 5}}}
          resources: {limits: {memory: 1Gi, cpu: "1"}, requests: {cpu: 200m}}
          volumeMounts:
            - {name: data, mountPath: /data}
          securityContext: {readOnlyRootFilesystem: true, runAsUser: 2000}
      volumes:
        - {name: data, hostPath: {path: /srv/data}}
        - {name: cache, emptyDir: {}}
        - {name: plain}
        - {name: claim, persistentVolumeClaim: {claimName: web}}
        - {name: nfs, nfs: {server: a, path: /}}
        - {name: vault, csi: {driver: secrets-store.csi.k8s.io}}
"""


def test_a_deployment() -> None:
    web = workload(WEB)
    assert (web.kind, web.name.known(""), web.replicas.known(0), web.grace_period.known(0)) == ("service", "web", 3, 45.0)
    assert web.key is not None
    assert (web.key.api_version, web.key.kind, web.key.namespace.known("")) == ("apps/v1", "Deployment", "shop")
    assert {label.name: label.value.known("") for label in web.labels} == {"app": "web", "tier": "front"}
    selector = web.selector.known(None)
    assert selector is not None
    assert {label.name: label.value.known("") for label in selector.labels} == {"app": "web", "tier": "front"}
    assert not selector.expressions
    assert web.update_strategy.is_defaulted
    assert [one.role for one in web.containers] == ["init", "sidecar", "main"]
    assert [volume.kind for volume in web.volumes] == ["host", "ephemeral", "ephemeral", "claim", "network", "config"]
    assert [volume.source.known("") for volume in web.volumes][0::3] == ["/srv/data", "web"]


def test_a_container() -> None:
    web = container(WEB)
    image = web.image.known(None)
    assert image is not None
    assert (image.name, image.tag.known("")) == ("web", "1.4")
    command = web.command.known(None)
    assert command is not None
    assert (command.shell, [step.program for step in command.invocations], web.arguments.is_absent) == (True, ["prepare", "gunicorn"], True)
    place = command.words[-1].span
    assert WEB[place.start : place.end] == "0.0.0.0:$PORT"
    assert [(one.name.known(""), one.origin, one.reference) for one in web.env] == [
        ("PORT", "literal", ""),
        ("SELF", "interpolated", "$(HOST) $(PORT)"),
        ("PRICE", "literal", ""),
        ("DB_PASSWORD", "secret", "db/password"),
        ("LEVEL", "config", "settings/level"),
        ("HOST", "field", "status.podIP"),
        ("EMPTY", "literal", ""),
    ]
    assert [one.value.known(None) for one in web.env] == ["8080", None, "$$(5)", None, None, None, ""]
    assert [(one.kind, one.name.known(""), one.prefix, one.optional) for one in web.env_sources] == [
        ("secret", "more", "DB_", True),
        ("config", "all", "", False),
    ]
    assert [(port.number.known(0), port.name.known(""), port.published.known(0)) for port in web.ports] == [(8080, "http", 80)]
    assert (web.user.known(""), web.run_as_non_root.known(None), web.read_only_root.known(None)) == ("2000", True, True)
    assert web.privileged.is_defaulted
    resources = web.resources
    assert (resources.cpu_request.known(""), resources.cpu_limit.known("")) == ("200m", "1")
    assert (resources.memory_request.is_defaulted, resources.memory_request.known("")) == (True, "1Gi")
    hook = web.pre_stop.known(None)
    assert hook is not None
    assert hook.text == "sleep 5"


def test_probes() -> None:
    web = container(WEB)
    ready, alive = web.readiness.known(None), web.liveness.known(None)
    assert ready is not None
    assert alive is not None
    assert (ready.kind, ready.path.known(""), ready.port.known(""), ready.timeout.known(0)) == ("http", "/ready", "http", 3.0)
    assert (ready.period.is_defaulted, ready.period.known(0)) == (True, 10.0)
    command = alive.command.known(None)
    assert alive.kind == "command"
    assert command is not None
    assert command.text == "pgrep gunicorn"
    assert web.startup.is_absent
    init = next(one for one in workload(WEB).containers if one.role == "init")
    assert init.readiness.is_inapplicable


def test_a_kustomization_leaves_open_what_it_may_change() -> None:
    web, first = workload(WEB, "k8s/kustomization.yaml lists it"), container(WEB, "k8s/kustomization.yaml lists it")
    image = first.image.known(None)
    assert image is not None
    assert image.repository.is_("registry.example.com:5000/shop/web")
    assert image.tag.is_unknown
    assert image.digest.is_unknown
    assert web.replicas.is_unknown
    assert web.selector.is_unknown
    assert not web.labels.complete
    assert web.key is not None
    assert web.key.namespace.is_unknown
    assert first.startup.is_unknown
    assert first.privileged.is_unknown
    assert not first.env.lacks("OTHER")
    assert first.user.is_("2000")


@pytest.mark.parametrize(
    ("head", "kind", "replicas"),
    [
        ("apiVersion: apps/v1\nkind: StatefulSet\nspec: {selector: {}, template: POD}\n", "stateful", 1),
        ("apiVersion: apps/v1\nkind: DaemonSet\nspec: {selector: {}, template: POD}\n", "daemon", None),
        ("apiVersion: batch/v1\nkind: Job\nspec: {parallelism: 4, template: POD}\n", "job", 4),
        ("apiVersion: batch/v1\nkind: CronJob\nspec: {jobTemplate: {spec: {template: POD}}}\n", "cron", 1),
        ("apiVersion: v1\nkind: Pod\nspec: {containers: [{name: a, image: b}]}\n", "service", 1),
        ("apiVersion: v1\nkind: Pod\nspec: {restartPolicy: Never, containers: [{name: a, image: b}]}\n", "job", 1),
        ("apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nspec: {replicas: 2, template: POD}\n", "service", 2),
        ("apiVersion: serving.knative.dev/v1\nkind: Service\nspec: {template: POD}\n", "service", None),
    ],
)
def test_kinds_of_workloads(head: str, kind: str, replicas: int | None) -> None:
    found = workload(head.replace("POD", "{spec: {containers: [{name: a, image: b}]}}"))
    assert (found.kind, found.replicas.known(None)) == (kind, replicas)
    assert [one.name.known("") for one in found.containers] == ["a"]
    assert not found.possible


def test_a_custom_resource_may_fill_in_what_is_missing() -> None:
    knative = "apiVersion: serving.knative.dev/v1\nkind: Service\nspec: {template: {spec: {containers: [{image: b}]}}}\n"
    assert container(knative).readiness.is_unknown


def test_a_part_of_an_object_is_only_possible() -> None:
    patch = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec: {template: {spec: {containers: [{name: a}]}}}\n"
    assert workload(patch).possible


def test_lists_are_taken_apart_and_json_is_read() -> None:
    text = '{"apiVersion": "v1", "kind": "List", "items": [{"apiVersion": "v1", "kind": "Service", "metadata": {"name": "a"}}]}'
    found = facts(text, "k8s/all.json")
    assert [one.key.kind for one in found.objects] == ["Service"]
    assert [one.name.known("") for one in found.exposures] == ["a"]


def test_what_exposes() -> None:
    found = facts(
        """\
        apiVersion: v1
        kind: Service
        metadata: {name: web}
        spec:
          selector: {app: web}
          ports: [{port: 80, targetPort: http}, {port: 81}]
        ---
        apiVersion: networking.k8s.io/v1
        kind: Ingress
        metadata: {name: outside}
        spec: {rules: [{http: {paths: [{backend: {service: {name: web, port: {number: 80}}}}]}}]}
        ---
        apiVersion: extensions/v1beta1
        kind: Ingress
        metadata: {name: old}
        spec: {backend: {serviceName: web, servicePort: 80}}
        """
    )
    service, ingress, old = found.exposures
    assert [(port.port.known(0), port.target.known("")) for port in service.ports] == [(80, "http"), (81, "81")]
    selector = service.selector.known(None)
    assert selector is not None
    assert selector.labels.named("app") is not None
    assert [[name.known("") for name in one.backends] for one in (ingress, old)] == [["web"], ["web"]]


def test_secrets_are_judged_and_not_kept() -> None:
    found = facts(
        """\
        apiVersion: v1
        kind: Secret
        metadata: {name: db}
        data:
          password: aHVudGVyMi1odW50ZXIyCg==
          user: YWRtaW4=
          broken: "{{ x }}"
        stringData: {API_TOKEN: f00Dfeed-Cafe-9001, host: db.internal}
        """
    )
    (secret,) = found.config_objects
    shown = {entry.name: (entry.value.known(None), entry.value.secret is not None) for entry in secret.entries}
    assert shown == {
        "password": ("***", True),
        "user": ("***", False),
        "broken": (None, False),
        "API_TOKEN": ("***", True),
        "host": ("***", False),
    }
    kept = msgspec.msgpack.encode(found)
    assert not any(word in kept for word in (b"hunter2", b"f00Dfeed", b"db.internal", b"admin"))


def test_what_scales_and_protects() -> None:
    found = facts(
        """\
        apiVersion: autoscaling/v2
        kind: HorizontalPodAutoscaler
        metadata: {name: web}
        spec: {scaleTargetRef: {kind: Deployment, name: web}, maxReplicas: 9}
        ---
        apiVersion: keda.sh/v1alpha1
        kind: ScaledObject
        metadata: {name: queue}
        spec: {scaleTargetRef: {name: worker}}
        ---
        apiVersion: policy/v1
        kind: PodDisruptionBudget
        metadata: {name: web}
        spec: {minAvailable: 50%, selector: {matchLabels: {app: web}}}
        """
    )
    assert [
        (one.target_kind.known(""), one.target_name.known(""), one.minimum.known(-1), one.maximum.known(-1)) for one in found.autoscalers
    ] == [
        ("Deployment", "web", 1, 9),
        ("Deployment", "worker", 0, 100),
    ]
    (budget,) = found.disruption_budgets
    assert budget.minimum_available.is_("50%")
    assert budget.maximum_unavailable.is_absent


PIECES = ["apiVersion: v1\n", "kind: Pod\n", "kind: List\n", "items:\n", "spec:\n", "  containers:\n", "  - name: a\n", "    image: b\n", "    env: 1\n", "    ports: [1, {}]\n", "data: [a]\n", "kind: Secret\n", "metadata: x\n", "  replicas: .nan\n", "---\n", "    command: a\n", "    readinessProbe: []\n"]  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join), st.sampled_from(["", "a reason"]))
def test_no_manifest_makes_the_reader_raise(text: str, opened: str) -> None:
    try:
        facts(text, opened=opened)
    except SyntaxFailure:
        return


def written(text: str, change: Set | Remove | Add | EditCommand) -> str:
    edits = kubernetes.write(change, Source(text, "k8s/app.yaml", 0))
    assert edits is not None
    for edit in sorted(edits, reverse=True):
        text = text[: edit.span.start] + edit.text + text[edit.span.end :]
    return text


def test_changes_are_written_and_read_back() -> None:
    web = workload(WEB)
    assert web.replicas.span is not None
    assert workload(written(WEB, Remove(web.replicas.span))).replicas.is_defaulted
    assert workload(written(WEB, Set(web.replicas.span, 5))).replicas.is_(5)
    first = container(WEB)
    assert container(written(WEB, Add(first.span, "privileged", False))).privileged.is_stated
    assert container(written(WEB, Add(first.span, "memory_request", "512Mi"))).resources.memory_request.is_("512Mi")
    ready = first.readiness.known(None)
    assert ready is not None
    after = container(written(WEB, Add(ready.span, "period", 5))).readiness.known(None)
    assert after is not None
    assert after.period.is_(5.0)
    sidecar = next(one for one in web.containers if one.role == "sidecar")
    again = workload(written(WEB, Add(sidecar.span, "user", "1000")))
    assert next(one for one in again.containers if one.role == "sidecar").user.is_stated


def test_a_grace_period_is_added_to_the_pod() -> None:
    job = "apiVersion: batch/v1\nkind: CronJob\nspec:\n  jobTemplate:\n    spec:\n      template:\n        spec:\n          containers:\n            - {name: a, image: b}\n"
    assert workload(written(job, Add(workload(job).span, "grace_period", 60))).grace_period.is_(60.0)


def test_a_command_is_changed_in_its_script() -> None:
    first = container(WEB)
    command = first.command.known(None)
    assert command is not None
    gunicorn = next(word for word in command.words if word.text == "gunicorn")
    got = written(WEB, EditCommand(command, inserted=((gunicorn, "--workers 2"),)))
    assert got == WEB.replace("gunicorn shop", "gunicorn --workers 2 shop")


def test_a_change_that_cannot_be_written_is_declined() -> None:
    web = workload(WEB)
    source = Source(WEB, "k8s/app.yaml", 0)
    assert kubernetes.write(Add(web.span, "replicas", 2), source) is None
    assert kubernetes.write(Add(web.span, "unheard_of", 2), source) is None
