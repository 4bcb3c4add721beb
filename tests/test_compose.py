"""Compose projects: merged as the specification says, with every value standing in the file that states it."""

from collections.abc import Mapping
from typing import TypeVar

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cnlint.assembly.unit import Unit
from cnlint.model.change import Add, Change, EditCommand, Remove, Set
from cnlint.model.command import Command
from cnlint.model.facts import Facts
from cnlint.model.workload import Container, Workload
from cnlint.readers.compose import write
from cnlint.reading import TreeFiles, read_unit
from cnlint.source import Source
from cnlint.values import Value
from tests.memory import MemoryTree

T = TypeVar("T")


def project(files: Mapping[str, str], *paths: str) -> Facts:
    """Return the facts of the Compose files (the first of all, if none is named) among these files."""
    chosen = paths or (next(iter(files)),)
    return read_unit(Unit("compose", chosen[-1], chosen), TreeFiles(MemoryTree(files)))


def workload(files: Mapping[str, str] | str, *paths: str, name: str = "web") -> Workload:
    facts = project({"compose.yaml": files} if isinstance(files, str) else files, *paths)
    assert not facts.problems
    return next(one for one in facts.workloads if one.name.is_(name))


def container(files: Mapping[str, str] | str, *paths: str, name: str = "web") -> Container:
    return next(iter(workload(files, *paths, name=name).containers))


def environment(one: Container) -> dict[str, str | None]:
    return {variable.name.known("?"): variable.value.known(None) for variable in one.env}


def content(value: Value[T]) -> T:
    assert value.content is not None
    return value.content


def words(command: Value[Command]) -> list[str]:
    return [word.text for word in content(command).words]


def service(body: str) -> str:
    indented = "\n".join("    " + line for line in body.strip("\n").splitlines())
    return f"services:\n  web:\n    image: app:1\n{indented}\n"


BASE = """\
services:
  web:
    image: app:1
    command: [serve, --all]
    environment:
      A: base
      B: base
    ports: ["8000:80"]
    volumes: ["data:/data"]
    healthcheck:
      test: [CMD, one, two]
      interval: 5s
    logging: {driver: syslog, options: {tag: x}}
"""


def test_override_files_are_merged_by_the_rules() -> None:
    over = """\
services:
  web:
    command: run
    environment: ["B=over", "C"]
    ports: ["8443:443", "8000:80"]
    volumes: ["other:/data:ro"]
    healthcheck:
      test: check
    logging: {driver: json-file}
"""
    files = {"compose.yaml": BASE, "compose.override.yaml": over}
    one = container(files, "compose.yaml", "compose.override.yaml")
    assert environment(one) == {"A": "base", "B": "over", "C": None}
    assert words(one.arguments) == ["run"]
    assert [port.number.known(0) for port in one.ports] == [80, 443]
    assert [(mount.volume.known(""), mount.read_only.known(None)) for mount in one.mounts] == [("other", True)]
    check = content(one.healthcheck)
    assert words(check.command) == ["check"]
    assert check.period.is_(5.0)
    assert one.logging.is_("json-file")


def test_each_value_stands_in_its_own_file() -> None:
    files = {"compose.yaml": BASE, "compose.override.yaml": "services: {web: {environment: {B: over}}}"}
    tree = TreeFiles(MemoryTree(files))
    facts = read_unit(Unit("compose", "compose.yaml", ("compose.yaml", "compose.override.yaml")), tree)
    one = next(iter(next(iter(facts.workloads)).containers))
    for variable in one.env:
        span = variable.value.span
        assert span is not None
        assert files[tree.paths[span.file]][span.start : span.end] == variable.value.known("")
    assert tree.paths[one.span.file] == "compose.yaml"


def test_reset_takes_away_and_override_replaces() -> None:
    over = """\
services:
  web:
    ports: !override ["9000:90"]
    command: !reset null
    environment:
      A: !reset null
"""
    one = container({"compose.yaml": BASE, "over.yaml": over}, "compose.yaml", "over.yaml")
    assert [port.number.known(0) for port in one.ports] == [90]
    assert one.arguments.is_absent
    assert environment(one) == {"B": "base"}


def test_an_empty_command_replaces_and_a_null_environment_does_not() -> None:
    over = "services: {web: {command: null, environment: null}}"
    one = container({"compose.yaml": BASE, "over.yaml": over}, "compose.yaml", "over.yaml")
    assert one.arguments.is_absent
    assert environment(one) == {"A": "base", "B": "base"}


def test_extends_in_the_same_file_and_in_another() -> None:
    files = {
        "compose.yaml": """\
            services:
              web:
                extends: {file: common/base.yaml, service: app}
                environment: {B: own}
              worker:
                extends: web
                command: work
        """,
        "common/base.yaml": """\
            services:
              app:
                build: ./app
                env_file: app.env
                environment: {A: "1", B: "1"}
        """,
        "common/app.env": "FROM_FILE=yes\n",
    }
    one = container(files, "compose.yaml", name="worker")
    assert environment(one) == {"FROM_FILE": "yes", "A": "1", "B": "own"}
    build = content(one.build)
    assert build.context.is_("common/app")
    assert build.dockerfile.is_("common/app/Dockerfile")


@pytest.mark.parametrize("extends", ["{file: gone.yaml, service: app}", "gone", "web", "{service: '${X}'}"])
def test_what_it_extends_and_cannot_be_read_leaves_everything_open(extends: str) -> None:
    one = container(f"services:\n  web:\n    extends: {extends}\n    user: app\n")
    assert one.user.is_("app")
    assert one.healthcheck.is_unknown
    assert not one.env.complete


def test_include_brings_services_with_paths_of_their_own() -> None:
    files = {
        "compose.yaml": "include: [db/compose.yaml]\nservices: {web: {image: app:1, depends_on: [db]}}",
        "db/compose.yaml": "services: {db: {build: ., image: 'db:${VERSION}'}}",
        "db/.env": "VERSION=16\n",
    }
    one = container(files, "compose.yaml", name="db")
    image = content(one.image)
    assert image.tag.is_("16")
    assert content(one.build).context.is_("db")
    gone = project({"compose.yaml": "include: [gone.yaml]\nservices: {web: {image: 'app:1'}}"})
    assert [one.name.known("") for one in gone.workloads] == ["web"]


def test_files_that_include_each_other_end() -> None:
    files = {"a.yaml": "include: [b.yaml]\nservices: {web: {image: 'a:1'}}", "b.yaml": "include: [a.yaml]\nservices: {db: {image: 'b:1'}}"}
    assert {one.name.known("") for one in project(files, "a.yaml").workloads} == {"web", "db"}


def test_a_file_that_adds_to_services_is_merged_onto_the_base() -> None:
    prod = "services: {web: {restart: always}}"
    one = container({"compose.prod.yaml": prod, "compose.yaml": BASE}, "compose.prod.yaml")
    assert one.restart.is_("always")
    assert environment(one) == {"A": "base", "B": "base"}
    alone = container({"compose.prod.yaml": prod}, "compose.prod.yaml")
    assert alone.restart.is_("always")
    assert alone.image.is_unknown
    assert alone.healthcheck.is_unknown


def test_interpolation_by_the_tracked_env_file_and_without() -> None:
    compose = service("""
user: ${APP_USER}
environment:
  A: $APP_USER
  PASSWORD: ${PASSWORD:-hunter2x}
  URL: postgres://app:s3cretpw@${DB_HOST}/app
  PRICE: 5$$
  HOSTS:
command: serve --port ${PORT:-80} --price $$5
ports: ["${PORT:-80}:8000"]
""")
    one = container({"compose.yaml": compose, ".env": "APP_USER=app\n"})
    variables = {variable.name.known(""): variable for variable in one.env}
    assert one.user.is_("app")
    assert variables["A"].value.is_("app")
    assert variables["A"].origin == "interpolated"
    assert variables["PASSWORD"].value.is_unknown
    assert variables["PASSWORD"].value.secret is not None
    assert variables["PASSWORD"].origin == "interpolated"
    assert variables["URL"].origin == "literal"
    assert variables["URL"].value.secret is not None
    assert variables["PRICE"].value.is_("5$")
    assert variables["HOSTS"].value.is_unknown
    found = content(one.arguments)
    assert [(word.text, word.literal) for word in found.words] == [
        ("serve", True), ("--port", True), ("${PORT:-80}", False), ("--price", True), ("$5", False),
    ]  # fmt: skip
    port = next(iter(one.ports))
    assert port.number.is_(8000)
    assert port.published.is_unknown


def test_env_files_and_what_hides_in_them() -> None:
    compose = service("""
env_file:
  - a.env
  - path: b.env
    required: false
environment:
  A: own
""")
    one = container({"compose.yaml": compose, "a.env": "A=file\nB=file\n", "b.env": "B=later\n"})
    assert environment(one) == {"A": "own", "B": "later"}
    assert one.env.complete
    assert [(source.name.known(""), source.optional) for source in one.env_sources] == [("a.env", False), ("b.env", True)]
    assert {variable.name.known(""): (variable.origin, variable.reference) for variable in one.env} == {
        "A": ("literal", ""),
        "B": ("config", "b.env"),
    }
    missing = container({"compose.yaml": compose, "a.env": "B=1\n"})
    assert not missing.env.complete
    assert not missing.env.lacks("ANYTHING")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ('"80"', [(80, "?", "0.0.0.0", "tcp")]),
        ("80", [(80, "?", "0.0.0.0", "tcp")]),
        ('"8000:80"', [(80, 8000, "0.0.0.0", "tcp")]),
        ('"127.0.0.1:8000:80/udp"', [(80, 8000, "127.0.0.1", "udp")]),
        ('"[::1]:6001:6001"', [(6001, 6001, "::1", "tcp")]),
        ('"127.0.0.1::80"', [(80, "?", "127.0.0.1", "tcp")]),
        ('"3000-3001"', [(3000, "?", "0.0.0.0", "tcp"), (3001, "?", "0.0.0.0", "tcp")]),
        ('"9090-9091:8080-8081"', [(8080, 9090, "0.0.0.0", "tcp"), (8081, 9091, "0.0.0.0", "tcp")]),
        ('"8000-9000:80"', [(80, "?", "0.0.0.0", "tcp")]),
        ("{target: 80, published: '8080', host_ip: 127.0.0.1}", [(80, 8080, "127.0.0.1", "tcp")]),
        ("{target: 80}", [(80, "?", "0.0.0.0", "tcp")]),
        ('"${BIND}:80"', [(80, "?", "0.0.0.0", "tcp")]),
        ('"${HOST}:8000:80"', [(80, 8000, "?", "tcp")]),
        ('"${PORTS}"', [("?", "?", "0.0.0.0", "tcp")]),
    ],
)
def test_ports(written: str, expected: list[tuple[object, ...]]) -> None:
    found = container(service(f"ports: [{written}]")).ports
    assert [(port.number.known("?"), port.published.known("?"), port.address.known("?"), port.protocol) for port in found] == expected


@pytest.mark.parametrize(
    ("written", "kind", "name", "path"),
    [
        ("data:/data", "named", "data", "/data"),
        ("/data", "named", "/data", "/data"),
        ("./src:/app:ro", "host", "./src", "/app"),
        ("/var/run/docker.sock:/var/run/docker.sock", "host", "/var/run/docker.sock", "/var/run/docker.sock"),
        ("'C:\\data:/data'", "host", "C:\\data", "/data"),
        ("'${SOURCE}:/data'", "unknown", "/data", "/data"),
        ("{type: bind, source: ./x, target: /x}", "host", "./x", "/x"),
        ("{type: tmpfs, target: /x}", "ephemeral", "/x", "/x"),
        ("shared:/mnt", "network", "shared", "/mnt"),
        ("fast:/mnt", "ephemeral", "fast", "/mnt"),
    ],
)
def test_volumes(written: str, kind: str, name: str, path: str) -> None:
    declared = "\nvolumes: {data: , shared: {driver_opts: {type: nfs}}, fast: {driver_opts: {type: tmpfs}}}\n"
    found = workload(service(f"volumes:\n  - {written}") + declared)
    assert [(volume.kind, volume.name.known("")) for volume in found.volumes] == [(kind, name)]
    assert [mount.path.known("") for mount in next(iter(found.containers)).mounts] == [path]


def test_temporary_file_systems_and_secrets_are_mounts() -> None:
    found = workload(service("tmpfs: /run\nsecrets: [key]\nuse_api_socket: true"))
    assert {(volume.kind, volume.name.known("")) for volume in found.volumes} == {
        ("ephemeral", "/run"),
        ("config", "key"),
        ("host", "/var/run/docker.sock"),
    }
    assert "/run/secrets/key" in [mount.path.known("") for mount in next(iter(found.containers)).mounts]


@pytest.mark.parametrize(
    ("written", "kind", "run"),
    [
        ("test: [CMD, curl, -f, http://localhost]", "command", ["curl", "-f", "http://localhost"]),
        ("test: [CMD-SHELL, 'curl -f http://localhost || exit 1']", "command", ["curl", "-f", "http://localhost", "exit", "1"]),
        ("test: pg_isready -U app", "command", ["pg_isready", "-U", "app"]),
        ("test: [NONE]", "none", None),
        ("disable: true", "none", None),
    ],
)
def test_health_checks(written: str, kind: str, run: list[str] | None) -> None:
    check = content(container(service("healthcheck:\n  " + written)).healthcheck)
    assert check.kind == kind
    if run is not None:
        assert words(check.command) == run
        assert check.failures.is_defaulted
        assert check.period.is_(30.0)


def test_a_health_check_without_test_is_the_image_s() -> None:
    assert container(service("healthcheck: {interval: 5s}")).healthcheck.is_unknown
    assert container(service("")).healthcheck.is_absent


@pytest.mark.parametrize(
    ("written", "seconds"), [("1m30s", 90.0), ("500ms", 0.5), ("1h", 3600.0), ("10s", 10.0), ("soon", None), ("10", None)]
)
def test_durations(written: str, seconds: float | None) -> None:
    assert workload(service(f"stop_grace_period: {written}")).grace_period.known(None) == seconds


def test_defaults_are_the_platform_s() -> None:
    found = workload(service(""))
    one = next(iter(found.containers))
    assert found.grace_period.is_defaulted
    assert found.grace_period.is_(10.0)
    assert found.replicas.is_(1)
    assert one.restart.is_("no")
    assert one.privileged.is_(False)
    assert one.readiness.is_inapplicable
    assert one.user.is_absent


def test_builds_are_paths_from_the_repository_root() -> None:
    files = {
        "deploy/compose.yaml": """\
            services:
              web: {build: {context: ../web, dockerfile: docker/Dockerfile.prod, target: app, args: [VERSION=1, TOKEN]}}
              api: {build: ..}
              far: {build: ../../elsewhere}
              git: {build: "https://example.com/x.git"}
              inline: {build: {dockerfile_inline: "FROM scratch"}}
        """,
    }
    builds = {one.name.known(""): content(next(iter(one.containers)).build) for one in project(files).workloads}
    assert builds["web"].context.is_("web")
    assert builds["web"].dockerfile.is_("web/docker/Dockerfile.prod")
    assert {variable.name.known(""): variable.value.known(None) for variable in builds["web"].arguments} == {"VERSION": "1", "TOKEN": None}
    assert builds["api"].context.is_("")
    assert builds["api"].dockerfile.is_("Dockerfile")
    assert builds["far"].context.is_("../elsewhere")
    assert builds["git"].dockerfile.is_("https://example.com/x.git/Dockerfile")
    assert builds["inline"].context.is_("deploy")
    assert builds["inline"].dockerfile.is_("deploy/compose.yaml#inline")


def test_builds_are_those_of_the_defaults_of_their_variables() -> None:
    file = """\
        services:
          web: {build: {context: "${FOLDER:-web}", dockerfile: "Dockerfile.${SYSTEM:-debian}", target: "${STAGE:-${KIND-release}}"}}
          api: {build: {context: api, dockerfile: "Dockerfile.${SYSTEM}", target: "${STAGE:?say it}"}}
    """
    builds = {one.name.known(""): content(next(iter(one.containers)).build) for one in project({"compose.yaml": file}).workloads}
    assert [one.known("?") for one in (builds["web"].context, builds["web"].dockerfile, builds["web"].target)] == [
        "web",
        "web/Dockerfile.debian",
        "release",
    ]
    assert builds["api"].dockerfile.is_unknown
    assert builds["api"].target.is_unknown


def test_what_others_wait_to_complete_is_a_job_and_a_provider_runs_no_container() -> None:
    text = """\
services:
  web: {image: "app:1", depends_on: {migrate: {condition: service_completed_successfully}, db: {condition: service_healthy}}}
  migrate: {image: "app:1", command: migrate}
  db: {provider: {type: cloud}}
"""
    facts = project({"compose.yaml": text})
    assert {one.name.known(""): one.kind for one in facts.workloads} == {"web": "service", "migrate": "job"}
    web = next(iter(facts.workloads[0].containers))
    assert {one.name.known(""): one.condition.known("") for one in web.depends_on} == {"migrate": "completed", "db": "healthy"}


def test_merge_keys_and_extension_fields() -> None:
    text = """\
x-common: &common
  restart: always
  environment: &env {A: "1", B: "1"}
services:
  web:
    <<: *common
    image: app:1
    environment:
      <<: *env
      B: "2"
"""
    one = container(text)
    assert one.restart.is_("always")
    assert environment(one) == {"A": "1", "B": "2"}


def test_a_broken_file_is_a_problem_and_the_rest_is_silent() -> None:
    facts = project({"compose.yaml": BASE, "over.yaml": "services: {web: ["}, "compose.yaml", "over.yaml")
    assert [problem.kind for problem in facts.problems] == ["syntax"]
    assert not facts.workloads


def test_aliases_of_aliases_stay_cheap() -> None:
    lines = ["x-0: &a0 {k: [v, v, v, v, v, v, v, v]}"]
    lines += [f"x-{index + 1}: &a{index + 1} [{', '.join([f'*a{index}'] * 4)}]" for index in range(8)]
    project({"compose.yaml": "\n".join([*lines, "services: {web: {image: 'app:1', labels: *a8}}"])})


def test_long_chains_and_values_that_grow_stay_cheap() -> None:
    chain = "".join(f"  s{number}: {{extends: s{number + 1}}}\n" for number in range(300))
    assert not project({"compose.yaml": f"services:\n{chain}  s300: {{image: 'app:1'}}\n"}).problems
    doubling = "A=xxxxxxxxxx\n" + "A=$A$A\n" * 60
    assert environment(container({"compose.yaml": service("env_file: a.env"), "a.env": doubling})) == {"A": None}


TOKENS = [
    "services:",
    "\n",
    "  web:",
    "    ",
    "image",
    ": ",
    "- ",
    "[",
    "]",
    "{",
    "}",
    "${A:-b}",
    "$$",
    "!reset ",
    "build",
    "ports",
    "x",
    '"',
    "env_file",
    "extends",
    "<<: *a",
    "&a ",
]


def test_services_that_share_something_start_in_order() -> None:
    """https://docs.docker.com/compose/how-tos/startup-order/"""
    shared = container(
        service("links: ['db:store', cache]\nvolumes_from: [data:ro, 'container:old']\nipc: service:mem\ndepends_on: [cache]")
    )
    assert [one.name.known("") for one in shared.depends_on] == ["cache", "db", "data", "mem"]
    assert all(one.condition.is_("started") for one in shared.depends_on)
    assert shared.depends_on.complete
    assert not container(service("network_mode: ${MODE}")).depends_on.complete


@pytest.mark.parametrize(
    ("value", "address"),
    [
        ("postgres://${USER}:${PASSWORD:-a/b}@db:${PORT:-5432}/shop", "postgres://db"),
        ("redis://cache/${NUMBER}?x=1", "redis://cache"),
        ("postgres://${HOST}/shop", ""),
        ("redis://cache${SUFFIX}/0", ""),
        ("${DATABASE_URL:-postgres://db/shop}", ""),
        ("redis://cache/0", ""),
    ],
)
def test_the_host_of_an_interpolated_url_is_known(value: str, address: str) -> None:
    (variable,) = container(service(f"environment:\n  URL: {value}")).env
    assert variable.address == address


@given(st.lists(st.sampled_from(TOKENS), max_size=30).map("".join))
@example(
    "services:\n  web: [1]\n  db: {ports: 5, volumes: {a: b}, environment: 3, env_file: {x: y}, build: [1], healthcheck: 1, depends_on: 1}"
)
@example(
    "services:\n  web: {environment: [[a], {b: c}, null, 1], ports: [null, [1]], volumes: [null, [x]], command: {a: b}, tmpfs: {a: b}}"
)
@example("services: [web]\ninclude: {a: b}\nvolumes: 3")
@example("- services\n---\nservices: {web: {image: 'a:1'}}\n---\nnull")
@settings(max_examples=150, deadline=None)
def test_no_text_makes_reading_fail(text: str) -> None:
    assert not [problem for problem in project({"compose.yaml": text}).problems if problem.kind == "internal"]


@given(
    st.lists(st.sampled_from(["A", "B", "C"]), max_size=3, unique=True),
    st.lists(st.sampled_from(["A", "B", "C"]), max_size=3, unique=True),
    st.booleans(),
)
@settings(max_examples=30, deadline=None)
def test_the_last_file_wins_whatever_the_form(base: list[str], over: list[str], listed: bool) -> None:
    first = service("environment:\n" + "\n".join(f"  {name}: base" for name in base) if base else "")
    form = [f"  - {name}=over" if listed else f"  {name}: over" for name in over]
    second = service("environment:\n" + "\n".join(form) if over else "")
    one = container({"compose.yaml": first, "over.yaml": second}, "compose.yaml", "over.yaml")
    assert environment(one) == dict.fromkeys(base, "base") | dict.fromkeys(over, "over")


def edited(text: str, *changes: Change) -> str | None:
    """Return a Compose file with these changes made, None where one is declined."""
    edits = [write(change, Source(text, "compose.yaml", 0)) for change in changes]
    if any(one is None for one in edits):
        return None
    for edit in sorted((edit for one in edits for edit in one or ()), reverse=True):
        text = text[: edit.span.start] + edit.text + text[edit.span.end :]
    return text


def test_fields_are_set_and_added_and_removed() -> None:
    text = service("user: root  # as it was\nstop_grace_period: 1s\nhealthcheck:\n  test: [CMD, check]")
    found = workload(text)
    one = next(iter(found.containers))
    place, grace, user = one.healthcheck.span, found.grace_period.span, one.user.span
    assert place is not None
    assert grace is not None
    assert user is not None
    result = edited(text, Set(user, "app"), Set(grace, 30), Add(one.span, "memory_limit", "64M"), Add(place, "timeout", 5))
    assert result is not None
    again = workload(result)
    changed = next(iter(again.containers))
    assert changed.user.is_("app")
    assert again.grace_period.is_(30.0)
    assert changed.resources.memory_limit.is_("64M")
    assert content(changed.healthcheck).timeout.is_(5.0)
    assert "# as it was" in result
    gone = edited(text, Remove(user))
    assert gone is not None
    assert container(gone).user.is_absent


def test_what_compose_fills_in_is_left_alone() -> None:
    text = service("user: ${APP_USER}")
    span = container(text).user.span
    assert span is not None
    assert edited(text, Set(span, "app")) is None
    assert edited(text, Add(container(text).span, "stop_signal", "$SIGNAL")) is None


@pytest.mark.parametrize(
    "test",
    [
        "[CMD, curl, http://localhost]",
        '["CMD", "curl", "http://localhost"]',
        "curl http://localhost || exit 1",
        "[CMD-SHELL, 'curl http://localhost']",
    ],
)
def test_a_word_goes_into_a_health_check(test: str) -> None:
    text = service(f"healthcheck:\n  test: {test}")
    command = content(content(container(text).healthcheck).command)
    result = edited(text, EditCommand(command, inserted=((command.words[0], "-f"),)))
    assert result is not None
    assert words(content(container(result).healthcheck).command)[:3] == ["curl", "-f", "http://localhost"]
