"""The Compose Specification item by item, as real projects write it.

Source: <https://github.com/compose-spec/compose-spec/blob/main/spec.md>
"""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from cnlint.discover import discover
from cnlint.model.command import Command
from cnlint.model.facts import Facts
from cnlint.model.workload import BuildRef, Container, Workload
from cnlint.reading import TreeFiles, read_unit
from cnlint.values import Value
from tests.memory import MemoryTree


def read(files: Mapping[str, str] | str) -> tuple[Facts, ...]:
    """Return the facts of all Compose projects that are found among these files."""
    tree = MemoryTree({"compose.yaml": files} if isinstance(files, str) else files)
    reader = TreeFiles(tree)
    facts = tuple(read_unit(unit, reader) for unit in discover(tree) if unit.kind == "compose")
    assert not [problem for unit in facts for problem in unit.problems]
    return facts


def workload(files: Mapping[str, str] | str, name: str = "web") -> Workload:
    """Return the service of this name, which only one project has."""
    found = [one for unit in read(files) for one in unit.workloads if one.name.is_(name)]
    assert len(found) == 1
    return found[0]


def container(files: Mapping[str, str] | str, name: str = "web") -> Container:
    return next(iter(workload(files, name).containers))


def build(files: Mapping[str, str] | str, name: str = "web") -> BuildRef:
    found = container(files, name).build.content
    assert found is not None
    return found


def web(body: str, rest: str = "") -> str:
    lines = "\n".join("    " + line for line in body.strip("\n").splitlines())
    return f"services:\n  web:\n    image: app:1\n{lines}\n{rest}"


def environment(one: Container) -> dict[str, str | None]:
    return {variable.name.known("?"): variable.value.known(None) for variable in one.env}


def words(command: Value[Command]) -> list[str] | None:
    return None if command.content is None else [word.text for word in command.content.words]


INTERPOLATED = [
    ("${X}", "A=1", None),
    ("${X}", "X=1", "1"),
    ("$X", "X=1", "1"),
    ("${X:-d}", "X=", "d"),
    ("${X:-d}", "X=1", "1"),
    ("${X-d}", "X=", ""),
    ("${X-d}", "X=1", "1"),
    ("${X:?must be set}", "X=1", "1"),
    ("${X?must be set}", "X=", ""),
    ("${X:?must be set}", "A=1", None),
    ("${X:+r}", "X=1", "r"),
    ("${X:+r}", "X=", ""),
    ("${X+r}", "X=", "r"),
    ("${X:-${Y:-d}}", "X=\nY=2", "2"),
    ("${X:-${Y:-d}}", "X=\nY=", "d"),
    ("${X:-$Y}/$${Z}", "X=1", "1/${Z}"),
    ("a$$b", "", "a$b"),
    ("100%$", "", "100%$"),
]


@pytest.mark.parametrize(("written", "env", "value"), INTERPOLATED)
def test_interpolation(written: str, env: str, value: str | None) -> None:
    for form in (f"environment: {{V: '{written}'}}", f"environment: ['V={written}']"):
        assert environment(container({"compose.yaml": web(form), ".env": env})) == {"V": value}


def test_keys_are_interpolated_in_lists_only() -> None:
    assert environment(container({"compose.yaml": web("environment: ['$X=1']"), ".env": "X=NAME\n"})) == {"NAME": "1"}
    assert environment(container({"compose.yaml": web("environment: {$X: '1'}"), ".env": "X=NAME\n"})) == {"$X": "1"}


def test_the_env_file_of_a_project_says_which_files_it_is() -> None:
    files = {
        ".env": "# the default\nCOMPOSE_FILE=compose.yaml:deploy/production.yaml\n",
        "compose.yaml": web("ports: ['8000:80']"),
        "compose.override.yaml": "services: {web: {command: reload}}",
        "deploy/production.yaml": "services:\n  web:\n    image: app:2\n    restart: always\n",
    }
    facts = {unit.path: unit for unit in read(files)}
    assert set(facts) == {"compose.yaml", "compose.override.yaml"}
    both = next(iter(facts["compose.yaml"].workloads[0].containers))
    assert both.restart.is_("always")
    assert both.arguments.is_absent
    assert both.image.satisfies(lambda image: image.tag.is_("2"))
    assert words(next(iter(facts["compose.override.yaml"].workloads[0].containers)).arguments) == ["reload"]


@pytest.mark.parametrize("written", ["COMPOSE_FILE=gone.yaml", "COMPOSE_FILE=${WHICH}.yaml", "COMPOSE_PROFILES=all"])
def test_an_env_file_that_names_no_files_changes_nothing(written: str) -> None:
    files = {".env": written, "compose.yaml": web(""), "compose.override.yaml": "services: {web: {command: reload}}"}
    assert words(container(files).arguments) == ["reload"]


def test_other_separators_of_files() -> None:
    files = {".env": 'COMPOSE_PATH_SEPARATOR=;\nCOMPOSE_FILE="a.compose.yaml;b.compose.yaml"\n', "a.compose.yaml": web("user: a")}
    assert container({**files, "b.compose.yaml": web("user: b")}).user.is_("b")


def test_include_long_and_short() -> None:
    files = {
        "compose.yaml": "include:\n  - cache/compose.yaml\n"
        "  - path: [db/compose.yaml, db/over.yaml]\n    project_directory: stores\n    env_file: [db/db.env]\n" + web("depends_on: [db]"),
        ".env": "TAG=1\n",
        "cache/compose.yaml": "services:\n  cache: {image: 'redis:${TAG}', build: .}\n",
        "cache/.env": "TAG=2\n",
        "db/compose.yaml": "services:\n  db: {image: 'postgres:${VERSION}', build: ./image}\n",
        "db/over.yaml": "services:\n  db: {restart: always}\n",
        "db/db.env": "VERSION=16\n",
    }
    whole = next(unit for unit in read(files) if unit.path == "compose.yaml")
    found = {one.name.known(""): next(iter(one.containers)) for one in whole.workloads}
    assert set(found) == {"web", "db", "cache"}
    assert found["db"].image.satisfies(lambda image: image.tag.is_("16"))
    assert found["db"].restart.is_("always")
    assert found["db"].build.satisfies(lambda one: one.context.is_("stores/image"))
    assert found["cache"].image.satisfies(lambda image: image.tag.is_("1")), "the project's own variables win"
    assert found["cache"].build.satisfies(lambda one: one.context.is_("cache"))


def test_extends_in_chains_through_files() -> None:
    files = {
        "compose.yaml": "services:\n  web:\n    extends: {file: shared/services.yaml, service: middle}\n    environment: [LEVEL=own]\n",
        "shared/services.yaml": "services:\n  middle:\n    extends: base\n    ports: ['8000:80']\n    environment: {LEVEL: middle, M: '1'}\n"
        "  base:\n    extends: {file: ../base/base.yaml, service: app}\n    cap_add: [NET_RAW]\n",
        "base/base.yaml": "services:\n  app:\n    build: ./app\n    environment: {LEVEL: base, B: '1'}\n    cap_add: [CHOWN]\n",
    }
    whole = next(unit for unit in read(files) if unit.path == "compose.yaml")
    one = next(iter(whole.workloads[0].containers))
    assert environment(one) == {"LEVEL": "own", "M": "1", "B": "1"}
    assert [capability.name.known("") for capability in one.capabilities] == ["CHOWN", "NET_RAW"]
    assert one.build.satisfies(lambda found: found.context.is_("base/app"))


def test_profiles() -> None:
    assert tuple(workload(web("profiles: [debug, '${P}']")).profiles) == ("debug", "?")
    assert not workload(web("profiles: ['${P}']")).profiles.complete


def test_anchors_extension_fields_and_merges() -> None:
    text = """\
x-logging: &logging
  logging: {driver: json-file}
x-env: &env {A: "1", B: "1"}
x-more: &more {B: "2", C: "2"}
services:
  web: &web
    <<: [*logging]
    image: app:1
    x-note: {ports: [1]}
    environment:
      <<: [*env, *more]
      C: "3"
  worker:
    <<: *web
    command: work
"""
    assert environment(container(text)) == {"A": "1", "B": "1", "C": "3"}
    worker = container(text, "worker")
    assert environment(worker) == {"A": "1", "B": "1", "C": "3"}
    assert worker.logging.is_("json-file")
    assert words(worker.arguments) == ["work"]


def test_reset_and_override() -> None:
    over = """\
services:
  web:
    ports: !override ["8443:443"]
    environment: {A: !reset null}
    command: !reset null
    deploy: !override {replicas: 5}
  old: !reset null
"""
    base = web(
        "ports: ['8000:80']\nenvironment: {A: '1', B: '1'}\ncommand: serve\ndeploy: {replicas: 2, mode: replicated}",
        "  old: {image: 'x:1'}\n",
    )
    files = {"compose.yaml": base, "compose.override.yaml": over}
    assert [one.name.known("") for unit in read(files) for one in unit.workloads] == ["web"]
    found = workload(files)
    one = next(iter(found.containers))
    assert [port.number.known(0) for port in one.ports] == [443]
    assert environment(one) == {"B": "1"}
    assert one.arguments.is_absent
    assert found.replicas.is_(5)


@pytest.mark.parametrize(
    ("written", "values"),
    [
        ("path: web.env", {"A": "one", "B": "x"}),
        ("path: web.env\n    required: true", {"A": "one", "B": "x"}),
        ("path: web.env\n    format: raw", {"A": '"one"  # said', "B": "$A", "C": "'x'"}),
        ("path: web.env\n    format: toml", {}),
        ("path: gone.env\n    required: false", {}),
    ],
)
def test_env_file_with_attributes(written: str, values: dict[str, str]) -> None:
    body = 'A="one"  # said\n' + ("B=$A\n# C=1\nC='x'\n" if "raw" in written else "B=x\n")
    one = container({"compose.yaml": web(f"env_file:\n  - {written}"), "web.env": body})
    assert environment(one) == values
    assert one.env.complete is bool(values)


@pytest.mark.parametrize(
    ("written", "restart"),
    [
        ("restart: unless-stopped", "unless-stopped"),
        ("restart: no", "no"),
        ("restart: on-failure:3", "on-failure:3"),
        ("restart: always\ndeploy: {restart_policy: {condition: on-failure}}", "on-failure"),
        ("deploy: {restart_policy: {condition: any}}", "always"),
        ("deploy: {restart_policy: {condition: none}}", "no"),
        ("deploy: {restart_policy: {max_attempts: 3}}", "always"),
        ("deploy: {replicas: 2}", "no"),
    ],
)
def test_restart_policies(written: str, restart: str) -> None:
    assert container(web(written)).restart.is_(restart)


def test_deploy() -> None:
    found = workload(web("deploy: {mode: replicated, replicas: 3, update_config: {order: start-first}, labels: [traefik.enable=true]}"))
    assert found.replicas.is_(3)
    assert found.update_strategy.is_("start-first")
    assert workload(web("deploy: {update_config: {parallelism: 2}}")).update_strategy.is_("stop-first")
    assert workload(web("")).update_strategy.is_inapplicable
    everywhere = workload(web("deploy: {mode: global}"))
    assert everywhere.kind == "daemon"
    assert everywhere.replicas.is_inapplicable
    assert workload(web("scale: 4")).replicas.is_(4)


@pytest.mark.parametrize(
    ("written", "amounts"),
    [
        (
            "deploy: {resources: {limits: {cpus: '0.5', memory: 50M}, reservations: {cpus: '0.25', memory: 20M}}}",
            ("0.25", "20M", "0.5", "50M"),
        ),
        ("mem_limit: 1g\nmem_reservation: 512m\ncpus: 1.5", ("-", "512m", "1.5", "1g")),
        ("mem_limit: 1g\ndeploy: {resources: {limits: {memory: 2g}}}", ("-", "-", "-", "2g")),
        ("cpu_quota: 50000", ("-", "-", "?", "-")),
        ("memswap_limit: 2g", ("-", "-", "-", "-")),
    ],
)
def test_resources_of_all_versions(written: str, amounts: tuple[str, ...]) -> None:
    one = container(f'version: "2.4"\n{web(written)}').resources
    values = (one.cpu_request, one.memory_request, one.cpu_limit, one.memory_limit)
    assert tuple("-" if value.is_absent else value.known("?") for value in values) == amounts


@pytest.mark.parametrize("written", ["[SYS_ADMIN, net_admin, CAP_CHOWN]", "\n  - sys_admin\n  - CAP_NET_ADMIN\n  - chown"])
def test_capabilities_in_one_spelling(written: str) -> None:
    added = container(web(f"cap_add: {written}\ncap_drop: [ALL]")).capabilities
    assert [capability.name.known("?") for capability in added] == ["SYS_ADMIN", "NET_ADMIN", "CHOWN"]
    assert not container(web("cap_add: ['${MORE}']")).capabilities.lacks("SYS_ADMIN")


@pytest.mark.parametrize(
    ("written", "affinity"),
    [
        ('labels: ["traefik.http.routers.web.rule=Host(`a.example`)"]', "none"),
        ("labels: {traefik.http.services.web.loadbalancer.server.port: 80}", "none"),
        ('labels: ["traefik.http.services.web.loadbalancer.sticky.cookie=true"]', "cookie"),
        ('labels: ["traefik.http.services.web.loadbalancer.sticky.cookie.name=web"]', "cookie"),
        ('deploy: {labels: {traefik.http.services.web.loadbalancer.sticky.cookie: "true"}}', "cookie"),
        ('labels: ["traefik.frontend.rule=Host:a", "traefik.backend.loadbalancer.stickiness=true"]', "cookie"),
        ('labels: ["traefik.http.services.web.loadbalancer.sticky.cookie=false"]', "none"),
        ('labels: ["traefik.http.services.web.loadbalancer.sticky.cookie=${STICKY}"]', "?"),
        ('labels: ["traefik.http.services.web.loadbalancer.server.port=80", "traefik.enable=false"]', ""),
        ("labels: {com.example.name: web}", ""),
    ],
)
def test_what_a_proxy_is_told_by_labels(written: str, affinity: str) -> None:
    (facts,) = read(web(written))
    assert len(facts.exposures) == (1 if affinity else 0)
    for exposure in facts.exposures:
        assert [backend.known("") for backend in exposure.backends] == ["web"]
        assert ("none" if exposure.affinity.is_absent else exposure.affinity.known("?")) == affinity


def test_models_add_variables_and_providers_may_add_any() -> None:
    rest = "  db:\n    provider: {type: cloud, options: {type: mysql}}\nmodels: {the-model: {model: ai/model}}\n"
    one = container(web("models: [the-model]", rest))
    assert {variable.name.known(""): variable.origin for variable in one.env} == {"THE_MODEL_URL": "field", "THE_MODEL_MODEL": "field"}
    assert one.env.complete
    long = container(web("models: {the-model: {endpoint_var: URL, model_var: NAME}}", rest))
    assert set(environment(long)) == {"URL", "NAME"}
    served = container(web("depends_on: [db]", rest))
    assert not served.env.complete
    assert not served.env.lacks("DB_URL")


@pytest.mark.parametrize(
    ("written", "context", "dockerfile", "target"),
    [
        ("build: .", "", "Dockerfile", "-"),
        ("build: ./app", "app", "app/Dockerfile", "-"),
        ("build: {context: app, dockerfile: ../web.Dockerfile, target: run}", "app", "web.Dockerfile", "run"),
        ("build: {dockerfile: docker/Dockerfile}", "", "docker/Dockerfile", "-"),
        (
            "build: https://git.example/app.git#main:web",
            "https://git.example/app.git#main:web",
            "https://git.example/app.git#main:web/Dockerfile",
            "-",
        ),
        ("build: github.com/acme/app", "github.com/acme/app", "github.com/acme/app/Dockerfile", "-"),
        (
            "build: {context: 'git@git.example:acme/app.git'}",
            "git@git.example:acme/app.git",
            "git@git.example:acme/app.git/Dockerfile",
            "-",
        ),
        ("build: {context: ../app, dockerfile: docker/Dockerfile}", "../app", "../app/docker/Dockerfile", "-"),
        ("build: /srv/app", "?", "?", "-"),
        ("build: {context: ., additional_contexts: {base: 'service:base'}, cache_from: ['acme/app:cache']}", "", "Dockerfile", "-"),
        ("build: '${CONTEXT}'", "?", "?", "-"),
    ],
)
def test_builds(written: str, context: str, dockerfile: str, target: str) -> None:
    found = build(web(written))
    assert found.context.known("?") == context
    assert found.dockerfile.known("?") == dockerfile
    assert ("-" if found.target.is_absent else found.target.known("?")) == target


def test_build_arguments_in_both_forms() -> None:
    for written in ("{A: '1', B: }", "[A=1, B]"):
        arguments = build(web(f"build: {{context: ., args: {written}}}")).arguments
        assert {one.name.known(""): one.value.known(None) for one in arguments} == {"A": "1", "B": None}


def test_a_dockerfile_in_the_file() -> None:
    text = "services:\n  web:\n    build:\n      dockerfile_inline: |\n        FROM python:${VERSION}\n        ENV HOME_OF=$$HOME\n        USER app\n"
    (facts,) = read({"compose.yaml": text, ".env": "VERSION=3.13\n"})
    (image,) = facts.images
    assert image.path == "compose.yaml#web"
    assert image.stages[0].base.is_("python:3.13")
    assert image.stages[0].user.is_("app")
    user = image.stages[0].user.span
    assert user is not None
    assert text[user.start : user.end] == "app"
    assert build(text).dockerfile.is_(image.path)


def test_a_broken_dockerfile_in_the_file_is_a_problem_at_its_place() -> None:
    tree = MemoryTree({"compose.yaml": "services:\n  web:\n    build:\n      dockerfile_inline: |\n        RUN true\n"})
    facts = read_unit(discover(tree)[0], TreeFiles(tree))
    assert [(problem.kind, tree.read("compose.yaml").decode()[problem.span.start :][:3]) for problem in facts.problems] == [
        ("syntax", "RUN")
    ]
    assert [one.name.known("") for one in facts.workloads] == ["web"]


@pytest.mark.parametrize(
    ("declared", "kind", "source"),
    [
        ("driver_opts: {type: none, o: bind, device: /srv/data}", "host", "/srv/data"),
        ("driver_opts: {type: nfs, o: 'addr=10.0.0.1,rw', device: ':/x'}", "network", "?"),
        ("driver_opts: {type: tmpfs, device: tmpfs}", "ephemeral", "?"),
        ("external: true", "named", "?"),
    ],
)
def test_named_volumes(declared: str, kind: str, source: str) -> None:
    found = next(iter(workload(web("volumes: ['data:/data']", f"volumes: {{data: {{{declared}}}}}\n")).volumes))
    assert (found.kind, found.source.known("?")) == (kind, source)


def test_volumes_of_the_long_form_and_of_others() -> None:
    found = workload(
        web("volumes:\n  - {type: image, source: 'acme/site:1', target: /site}\n  - {type: volume, target: /cache}\nvolumes_from: [db]")
    )
    assert [(one.kind, one.read_only.known(None)) for one in found.volumes] == [("config", True), ("named", False)]
    assert not found.volumes.complete


def test_secrets_and_configs_are_files() -> None:
    text = web(
        "secrets: [key, {source: cert, target: server.crt}]\nconfigs: [site, {source: conf, target: /etc/app.conf}]",
        "configs: {site: {content: 'port=80'}, conf: {file: ./app.conf}}\nsecrets: {key: {environment: KEY}, cert: {file: ./cert}}\n",
    )
    assert [mount.path.known("?") for mount in container(text).mounts] == [
        "/run/secrets/key",
        "/run/secrets/server.crt",
        "/site",
        "/etc/app.conf",
    ]


def test_dependencies_in_both_forms() -> None:
    rest = "  db: {image: 'postgres:16'}\n  seed: {image: 'app:1'}\n"
    long = container(
        web("depends_on: {db: {condition: service_healthy, restart: true}, seed: {condition: service_completed_successfully}}", rest)
    )
    assert {one.name.known(""): one.condition.known("") for one in long.depends_on} == {"db": "healthy", "seed": "completed"}
    short = container(web("depends_on: [db]", rest))
    assert [(one.name.known(""), one.condition.known("")) for one in short.depends_on] == [("db", "started")]


@pytest.mark.parametrize(
    ("mode", "host"),
    [("host", True), ("bridge", False), ("none", False), ("service:vpn", None), ("container:vpn", None), ("${MODE}", None)],
)
def test_network_modes(mode: str, host: bool | None) -> None:
    assert workload(web(f"network_mode: {mode}")).host_network.known(None) is host


def test_files_of_all_versions_and_development_sections() -> None:
    for version in ('version: "2.1"\n', 'version: "3.8"\n', "version: 3\n", "name: shop\n", ""):
        one = container(version + web("develop: {watch: [{action: sync, path: ./src, target: /app}]}\nlinks: [db]\ngpus: all"))
        assert one.image.is_known


@pytest.mark.parametrize(("written", "seconds"), [("1d", 86_400.0), ("1h5m30s20ms", 3930.02), ("100us", 0.0001), ("2w", 1_209_600.0)])
def test_durations(written: str, seconds: float) -> None:
    assert workload(web(f"stop_grace_period: {written}")).grace_period.known(0.0) == pytest.approx(seconds)


def test_a_file_of_labels_leaves_labels_open() -> None:
    assert not workload(web("label_file: app.labels\nlabels: {a: b}")).labels.complete


def test_a_part_of_a_service_stays_open() -> None:
    found = workload({"compose.extra.yaml": "services:\n  web:\n    cap_add: [CHOWN]\n    environment: {A: '1'}\n"})
    one = next(iter(found.containers))
    assert one.image.is_unknown
    assert one.privileged.is_unknown
    assert not one.ports.complete
    assert found.replicas.is_unknown


@pytest.mark.parametrize(
    ("written", "misread"), [("22:22", 1342), ("5353:53", 321_233), ("'22:22'", None), ("8080:80", None), ("80", None)]
)
def test_ports_in_base_60(written: str, misread: int | None) -> None:
    (port,) = container(web(f"ports: [{written}]")).ports
    assert port.misread.known(None) == misread


def test_repeated_names_are_kept_and_the_last_counts() -> None:
    for written in ("{A: '1', B: '1', A: '2'}", "[A=1, B=1, A=2]"):
        files = {"compose.yaml": web(f"environment: {written}"), "compose.override.yaml": "services: {web: {environment: [B=3]}}"}
        one = container(files)
        assert [variable.value.known("") for variable in one.env if variable.name.is_("A")] == ["1", "2"]
        assert environment(one) == {"A": "2", "B": "3"}
