"""What is read, which files together, and what is silent."""

import subprocess
from pathlib import Path

import pytest

from cnlint.assembly.unit import Unit
from cnlint.discover import discover
from cnlint.kinds import kind_of
from cnlint.knowledge.silent_paths import silent
from cnlint.tree import open_tree
from tests.memory import repository

KINDS = frozenset(
    "compose deploy_config dockerfile dockerignore ecs envfile kubernetes lockfile manifest procfile python script template terraform tfstate".split()
)
DEPLOYMENT = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\n"


def units(root: Path, files: dict[str, str], exclude: tuple[str, ...] = ()) -> list[Unit]:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return list(discover(open_tree([root]), exclude))


def paths(found: list[Unit], kind: str) -> list[str]:
    return [unit.path for unit in found if unit.kind == kind]


@pytest.mark.parametrize(
    ("path", "head", "kind"),
    [
        ("Dockerfile", "FROM a\n", "dockerfile"),
        ("docker/Dockerfile.web-3.11", "FROM a\n", "dockerfile"),
        ("web.Dockerfile", "", "dockerfile"),
        ("Containerfile", "", "dockerfile"),
        ("Dockerfile-dev", "", "dockerfile"),
        ("dockerfile-dialog.css", ".a {}\n", ""),
        ("Dockerfile.j2", "", ""),
        ("Dockerfile.md", "", ""),
        ("Dockerfile", "FROM {{ base }}\n", ""),
        ("Dockerfile", "FROM a\nRUN docker inspect -f '{{.Id}}' x\n", "dockerfile"),
        ("Dockerfile.dockerignore", "", "dockerignore"),
        (".dockerignore", "", "dockerignore"),
        ("compose.yaml", "", "compose"),
        ("docker-compose.prod.yml", "", "compose"),
        ("compose.yml", "services:\n  web:\n    image: {{ image }}\n", ""),
        ("stack.yml", "# a stack\nservices:\n\n  web:\n    image: nginx\n", "compose"),
        ("config/services.yaml", "services:\n  App\\Mailer:\n    autowire: true\n", ""),
        (".github/workflows/ci.yml", "jobs:\n  a:\n    services:\n      db:\n        image: postgres\n", ""),
        ("deploy/web.yaml", DEPLOYMENT, "kubernetes"),
        ("deploy/web.yaml", "---\r\n# x\r\nkind: Service\r\napiVersion: v1\r\n", "kubernetes"),
        ("roles/web.yaml", DEPLOYMENT + "  labels:\n    {{ toYaml .Values.labels }}\n", ""),
        ("alerts.yaml", DEPLOYMENT + '  annotations:\n    text: "on {{ $labels.host }}"\n', "kubernetes"),
        ("main.tf", "", "terraform"),
        ("x.tf.json", "", "terraform"),
        ("prod.auto.tfvars", "", "terraform"),
        ("terraform.tfstate", "", "tfstate"),
        ("terraform.tfstate.backup", "", "tfstate"),
        ("task.json", '{"containerDefinitions": []}', "ecs"),
        ("package.json", '{"containerDefinitions": []}', "manifest"),
        ("app.py", "", "python"),
        ("manage", "#!/usr/bin/env python3\n", "python"),
        ("start", "#!/bin/bash -e\n", "script"),
        ("start", "#!/usr/bin/env -S sh\n", "script"),
        ("LICENSE", "Apache", ""),
        ("run.sh", "", "script"),
        (".env", "", "envfile"),
        (".env.production", "", "envfile"),
        ("config/web.env", "", "envfile"),
        (".env-dist", "", "envfile"),
        ("env.example", "", "envfile"),
        ("application-prod.yml", "server:\n  port: 80\n", "deploy_config"),
        ("application-prod.yml", "url: ${URL}\n", "deploy_config"),
        ("application.yml", "url: ${URL}\n", "template"),
        ("application-dev.yml", "server:\n  port: 80\n", ""),
        ("web/appsettings.Staging.json", "{}", "deploy_config"),
        ("config/production.json", "{}", "deploy_config"),
        ("production.json", "{}", ""),
        ("config/prod.yaml", DEPLOYMENT, "kubernetes"),
        ("Procfile", "", "procfile"),
        ("requirements-dev.txt", "", "manifest"),
        ("requirements/base.txt", "", "manifest"),
        ("base.txt", "", ""),
        ("pyproject.toml", "", "manifest"),
        ("pylock.dev.toml", "", "lockfile"),
        ("uv.lock", "", "lockfile"),
        ("kustomization.yaml", "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n", ""),
        ("kustomization.yaml", "resources: [web.yaml]\nsecretGenerator:\n- name: a\n", "kubernetes"),
    ],
)
def test_a_file_has_a_kind(path: str, head: str, kind: str) -> None:
    assert kind_of(path, lambda limit: head.encode()[:limit], KINDS) == kind


def test_a_kind_without_a_reader_is_not_looked_for() -> None:
    assert not kind_of("Dockerfile", lambda _: b"FROM a\n", KINDS - {"dockerfile"})


def test_a_compose_file_is_read_with_its_override(tmp_path: Path) -> None:
    found = units(tmp_path, {"compose.yaml": "services: {}\n", "compose.override.yaml": "services: {}\n"})
    assert [unit.files for unit in found] == [("compose.yaml", "compose.override.yaml")]


def test_a_compose_file_that_only_adds_is_read_over_its_base(tmp_path: Path) -> None:
    base = "services:\n  web:\n    image: a\n  db:\n    image: b\n"
    adds = "services:\n  web:\n    restart: always\n  # the image of db is another one\n  db:\n    image: c\n"
    alone = "x-a: &a\n  image: z\nservices:\n  web: *a\n  db:\n    build: .\n"
    found = units(tmp_path, {"docker-compose.yml": base, "docker-compose.prod.yml": adds, "docker-compose.local.yml": alone})
    assert [unit.files for unit in found] == [
        ("docker-compose.local.yml",),
        ("docker-compose.yml", "docker-compose.prod.yml"),
        ("docker-compose.yml",),
    ]
    assert paths(found, "compose") == ["docker-compose.local.yml", "docker-compose.prod.yml", "docker-compose.yml"]


def test_a_folder_of_terraform_is_one_unit(tmp_path: Path) -> None:
    found = units(tmp_path, {"a/vpc.tf": "", "a/main.tf": "", "a/prod.tfvars": "", "a/b/x.tf": "", "values/prod.tfvars": ""})
    assert [(unit.path, unit.files) for unit in found] == [
        ("a/b/x.tf", ("a/b/x.tf",)),
        ("a/main.tf", ("a/main.tf", "a/vpc.tf", "a/prod.tfvars")),
        ("values/prod.tfvars", ("values/prod.tfvars",)),
    ]


def test_what_a_kustomization_lists_is_open_and_its_patches_are_not_read(tmp_path: Path) -> None:
    found = units(
        tmp_path,
        {
            "base/kustomization.yaml": "resources:\n- web.yaml\n",
            "base/web.yaml": DEPLOYMENT,
            "base/other.yaml": DEPLOYMENT,
            "prod/kustomization.yml": "resources: [../base, extra.yaml, 'https://example.org/x.yaml']\npatches:\n- path: patch.yaml\n"
            "patchesStrategicMerge:\n- more.yaml\n- |-\n  kind: X\n",
            "prod/extra.yaml": DEPLOYMENT,
            "prod/patch.yaml": DEPLOYMENT,
            "prod/more.yaml": DEPLOYMENT,
            "prod/switched_off_patch.yaml": DEPLOYMENT,
        },
    )
    assert {unit.path: unit.open for unit in found} == {
        "base/other.yaml": "",
        "base/web.yaml": "a kustomization (base/kustomization.yaml) may change it",
        "prod/extra.yaml": "a kustomization (prod/kustomization.yml) may change it",
    }


def test_a_kustomization_that_cannot_be_read_opens_its_folder(tmp_path: Path) -> None:
    found = units(tmp_path, {"kustomization.yaml": "resources: [\n", "web.yaml": DEPLOYMENT, "a/web.yaml": DEPLOYMENT})
    assert {unit.path: bool(unit.open) for unit in found} == {"web.yaml": True, "a/web.yaml": False}


def test_charts_templates_and_what_tools_install_are_left_alone(tmp_path: Path) -> None:
    found = units(
        tmp_path,
        {
            "chart/Chart.yaml": "apiVersion: v2\nname: a\n",
            "chart/values.yaml": "image: a\n",
            "chart/templates/web.yaml": DEPLOYMENT,
            "templates/web.yaml": DEPLOYMENT,
            "{{cookiecutter.name}}/app.py": "",
            "venv/pyvenv.cfg": "",
            "venv/lib/a.py": "",
            "node_modules/a/package.json": "{}",
            "go.mod": "module a\n",
            "vendor/b/c.py": "",
            "shop/vendor/models.py": "",
            "build/lib/a.py": "",
            "build/package/Dockerfile": "FROM a\n",
        },
    )
    assert [unit.path for unit in found] == ["build/package/Dockerfile", "go.mod", "shop/vendor/models.py", "templates/web.yaml"]


def test_what_is_excluded_is_not_read(tmp_path: Path) -> None:
    found = units(tmp_path, {"a/Dockerfile": "FROM a\n", "b/Dockerfile": "FROM a\n", "b/keep/Dockerfile": "FROM a\n"}, ("b/*", "!b/keep"))
    assert paths(found, "dockerfile") == ["a/Dockerfile", "b/keep/Dockerfile"]


@pytest.mark.parametrize(("checkout", "state"), [(True, "ignored"), (False, "unversioned")])
def test_a_lock_file_that_git_ignores_is_known(tmp_path: Path, checkout: bool, state: str) -> None:
    """Without git nothing tells whether it was committed in spite of the pattern."""
    if checkout:
        subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    found = units(tmp_path, {".gitignore": "uv.lock\n", "pyproject.toml": "", "uv.lock": ""})
    plain = "untracked" if checkout else "unversioned"
    assert {unit.path: unit.state for unit in found if unit.kind != "checkout"} == {"pyproject.toml": plain, "uv.lock": state}


def test_a_file_that_is_no_text_is_of_no_kind(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(b"\xff\xfe" + DEPLOYMENT.encode("utf-16-le"))
    (tmp_path / "b.yaml").write_bytes(bytes(range(256)))
    assert paths(units(tmp_path, {}), "kubernetes") == ["a.yaml"]


@pytest.mark.parametrize(
    ("path", "named", "expected"),
    [
        ("app/main.py", ("",), False),
        ("tests/helpers.py", ("",), True),
        ("app/test_main.py", ("",), True),
        ("app/conftest.py", ("",), True),
        ("app/contest.py", ("",), False),
        ("pkg/main_test.go", ("",), True),
        ("web/a.spec.ts", ("",), True),
        ("examples/a/compose.yaml", ("",), True),
        ("examples/a/compose.yaml", ("examples",), False),
        ("examples/a/compose.yaml", ("examples/a/compose.yaml",), False),
        ("examples/a/tests/x.py", ("examples",), True),
        ("examples/a/compose.yaml", ("", "examples/a"), False),
        ("docs/conf.py", ("",), True),
        ("overlays/test/web.yaml", ("",), False),
        ("test/e2e/web.yaml", ("",), True),
        ("unittests/scans/many.yaml", ("",), True),
        ("samples/a/compose.yaml", ("",), False),
    ],
)
def test_tests_and_examples_are_silent_unless_named(path: str, named: tuple[str, ...], expected: bool) -> None:
    assert silent(path, named) is expected


def test_code_that_is_loaded_is_no_example() -> None:
    assert not silent("app/example/settings.py", loaded={"app/example/settings.py"})
    assert silent("app/example/urls.py", loaded={"app/example/settings.py"})
    assert silent("vendor/example/settings.py", loaded={"vendor/example/settings.py"})


def test_a_checkout_is_known_by_its_history() -> None:
    with_history = repository({".git/HEAD": "ref: refs/heads/main\n", "Dockerfile": "FROM scratch\n"})
    without = repository({"Dockerfile": "FROM scratch\n"})
    assert [checkout.path for facts in with_history.facts for checkout in facts.checkouts] == [".git"]
    assert not any(facts.checkouts for facts in without.facts)
