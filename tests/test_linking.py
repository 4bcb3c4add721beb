"""What is joined to what, how strongly, and what is effective then."""

from __future__ import annotations

import pytest

from cnlint.config import Config
from cnlint.targeting import chosen
from tests.memory import processes, repository

IMAGE = """
    FROM python:3.12-slim
    WORKDIR /app
    COPY . .
    USER 1000
    ENV MODE=web
    ENTRYPOINT ["/app/entry.sh"]
    CMD ["gunicorn", "shop:app"]
    """
ENTRY = """
    #!/bin/sh
    set -e
    python manage.py check
    exec "$@"
    """


def words(process: object) -> list[str]:
    command = process.command.known(None)  # type: ignore[attr-defined]
    return [] if command is None else [word.text for word in command.words]


def test_compose_build_is_certain_and_combines_commands() -> None:
    found = processes(
        {
            "compose.yaml": """
                services:
                  web: {build: ./shop, ports: ["8000:8000"]}
                  worker: {build: ./shop, command: celery -A shop worker}
                """,
            "shop/Dockerfile": IMAGE,
            "shop/entry.sh": ENTRY,
            "shop/shop.py": "app = 1\n",
        }
    )
    web, worker = found["compose:web"], found["compose:worker"]
    assert web.component is worker.component is not None
    assert words(web) == ["/app/entry.sh", "gunicorn", "shop:app"]
    assert words(worker) == ["/app/entry.sh", "celery", "-A", "shop", "worker"]
    assert [command.invocations[-1].program for command in web.chain[1:]] == ["$@", "gunicorn"] or web.scripts
    assert web.user.is_("1000")
    assert web.receives_traffic
    assert not worker.receives_traffic
    assert web.environment.named("MODE") is not None
    assert web.component is not None
    assert [module.path for module in web.component.modules] == ["shop/shop.py"]


def test_image_name_joins_within_reach_and_datastores_never() -> None:
    found = processes(
        {
            "src/web/Dockerfile": 'FROM python:3.12\nCOPY . .\nCMD ["python", "web.py"]\n',
            "src/redis/Dockerfile": "FROM redis:7\nCOPY redis.conf /etc/\n",
            "src/redis/redis.conf": "",
            "deploy/web.yaml": """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: web}
                spec:
                  selector: {matchLabels: {app: web}}
                  template:
                    metadata: {labels: {app: web}}
                    spec:
                      containers:
                        - {name: web, image: "ghcr.io/acme/web:1.2"}
                        - {name: cache, image: "redis:7"}
                """,
        }
    )
    assert found["kubernetes:web"].component is not None
    assert words(found["kubernetes:web"]) == ["python", "web.py"]
    assert found["kubernetes:cache"].component is None
    assert [one.name for one in found["kubernetes:cache"].candidates] == ["redis"]


def test_service_selects_in_its_own_sample_only() -> None:
    def sample(port: int) -> str:
        return f"""
            apiVersion: v1
            kind: Service
            metadata: {{name: web}}
            spec: {{selector: {{app: web}}, ports: [{{port: {port}}}]}}
            ---
            apiVersion: apps/v1
            kind: Deployment
            metadata: {{name: web}}
            spec:
              selector: {{matchLabels: {{app: web}}}}
              template:
                metadata: {{labels: {{app: web}}}}
                spec: {{containers: [{{name: web, image: "acme/web:{port}"}}]}}
            """

    found = repository({"one/all.yaml": sample(80), "two/all.yaml": sample(81)})
    assert [system.root for system in found.systems] == ["one", "two"]
    for system in found.systems:
        (process,) = system.processes
        assert process.receives_traffic
        assert len(process.exposures) == 1


def test_autoscaler_gives_the_maximum() -> None:
    found = processes(
        {
            "web.yaml": """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: web}
                spec:
                  replicas: 2
                  selector: {matchLabels: {app: web}}
                  template:
                    metadata: {labels: {app: web}}
                    spec: {containers: [{name: web, image: "acme/web:1"}]}
                """,
            "scale.yaml": """
                apiVersion: autoscaling/v2
                kind: HorizontalPodAutoscaler
                metadata: {name: web}
                spec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}, minReplicas: 2, maxReplicas: 7}
                """,
        }
    )
    assert found["kubernetes:web"].replicas.is_(2)
    assert found["kubernetes:web"].maximum.is_(7)


def test_compose_beside_kubernetes_is_for_development() -> None:
    files = {
        "Dockerfile": 'FROM python:3.12\nCOPY . .\nCMD ["python", "web.py"]\n',
        "compose.yaml": "services:\n  shop: {build: ., image: acme/shop}\n",
    }
    assert processes(files)["compose:shop"].target.environment == "production"
    files["k8s/shop.yaml"] = "apiVersion: v1\nkind: Pod\nmetadata: {name: shop}\nspec: {containers: [{name: shop, image: acme/shop:3}]}\n"
    both = processes(files)
    assert both["kubernetes:shop"].component is both["compose:shop"].component is not None
    assert both["compose:shop"].target.environment == "development"
    assert both["kubernetes:shop"].target.environment == "production"


@pytest.mark.parametrize(
    ("path", "environment"),
    [
        ("compose.yaml", "development"),
        ("docker-compose.prod.yml", "production"),
        ("docker-compose.production.yml", "production"),
        ("deploy/staging/compose.yaml", "production"),
        ("docker-compose.test.yml", "test"),
        ("docker-compose.dev.yml", "development"),
    ],
)
def test_the_name_of_a_compose_file_comes_before_what_else_deploys(path: str, environment: str) -> None:
    files = {
        "Dockerfile": 'FROM python:3.12\nCOPY . .\nCMD ["python", "web.py"]\n',
        path: "services:\n  shop: {image: acme/shop}\n",
        "compose.build.yaml": "services:\n  made: {build: ., image: acme/shop}\n",
        "k8s/shop.yaml": "apiVersion: v1\nkind: Pod\nmetadata: {name: shop}\nspec: {containers: [{name: shop, image: acme/shop:3}]}\n",
    }
    assert processes(files)["compose:shop"].target.environment == environment


def test_each_workload_of_a_folder_of_terraform_has_its_platform() -> None:
    function = 'resource "aws_lambda_function" "thumb" {\n  function_name = "thumb"\n  image_uri = "acme/thumb:1"\n}\n'
    task = (
        'resource "aws_ecs_task_definition" "shop" {\n  family = "shop"\n'
        '  container_definitions = jsonencode([{name = "shop", image = "acme/shop:1"}])\n}\n'
    )
    for text in (function + task, task + function):
        found = processes({"main.tf": text})
        assert {one.target.platform for one in found.values()} == {"lambda", "ecs"}
        assert all(one.workload is not None and one.workload.platform == one.target.platform for one in found.values())
    both = repository({"main.tf": task + function})
    for choice in ("lambda", "ecs", "terraform"):
        assert chosen(Config(target=(choice,)), both) is not None


def test_what_a_load_test_deploys_is_not_in_production() -> None:
    files = {
        "Dockerfile": 'FROM python:3.12\nCOPY . .\nCMD ["python", "web.py"]\n',
        "compose.yaml": "services:\n  shop: {build: ., image: acme/shop}\n",
        "loadtest/shop.yaml": "apiVersion: v1\nkind: Pod\nmetadata: {name: shop}\nspec: {containers: [{name: shop, image: acme/shop:3}]}\n",
    }
    found = processes(files)
    assert found["kubernetes:shop"].target.environment == "test"
    assert found["compose:shop"].target.environment == "production"


def test_compose_beside_compose_for_production_is_for_development() -> None:
    service = "services:\n  web:\n    build: .\n"
    files = {"Dockerfile": 'FROM python:3.12\nCMD ["gunicorn", "shop"]\n', "docker-compose.yml": service}
    assert processes(files)["compose:web"].target.environment == "production"
    both = [one for inside in repository({**files, "docker-compose.prod.yml": service}).systems for one in inside.processes]
    assert {one.target.path: one.target.environment for one in both} == {
        "docker-compose.yml": "development",
        "docker-compose.prod.yml": "production",
    }


def test_compose_that_mounts_its_code_is_for_development() -> None:
    files = {"web/Dockerfile": "FROM python:3.12\nCOPY . .\nCMD app\n", "web/app.py": "import os\n"}
    plain = processes({**files, "compose.yaml": "services:\n  web: {build: web, volumes: ['./data:/data']}\n"})
    assert plain["compose:web"].target.environment == "production"
    mounted = processes({**files, "compose.yaml": "services:\n  web: {build: web, volumes: ['./web:/code']}\n"})
    assert mounted["compose:web"].target.environment == "development"


def test_compose_that_builds_a_stage_for_development_is_for_development() -> None:
    files = {"Dockerfile": "FROM python:3.12 AS base\nCOPY . .\nCMD app\nFROM base AS dev\nFROM base AS final\n"}
    for stage, environment in (("dev", "development"), ("final", "production")):
        found = processes({**files, "compose.yaml": f"services:\n  web: {{build: {{context: ., target: {stage}}}}}\n"})
        assert found["compose:web"].target.environment == environment


def test_a_sample_does_not_run_what_another_builds() -> None:
    found = processes(
        {
            "one/compose.yaml": "services:\n  worker: {build: worker}\n",
            "one/worker/Dockerfile": "FROM python:3.12\nCMD one\n",
            "two/compose.yaml": "services:\n  job: {image: acme/worker}\n",
        }
    )
    assert found["compose:worker"].component is not None
    assert found["compose:job"].component is None
    assert [one.name for one in found["compose:job"].candidates] == ["worker"]


def test_an_image_that_nobody_runs_is_a_process_of_its_own() -> None:
    found = processes({"Dockerfile": 'FROM alpine:3.20\nCMD ["crond", "-f"]\n'})
    (process,) = found.values()
    assert process.container is None
    assert words(process) == ["crond", "-f"]


def test_context_is_where_the_copied_files_are() -> None:
    found = repository(
        {
            "docker/web/Dockerfile": 'FROM python:3.12\nCOPY requirements.txt src ./\nCMD ["python", "src/app.py"]\n',
            "requirements.txt": "flask==3.0.0\n",
            "src/app.py": "import flask\n",
            "tools/other.py": "import os\n",
        }
    )
    (component,) = [component for system in found.systems for component in system.components]
    assert component.folder == ""
    assert [module.path for module in component.modules] == ["src/app.py"]
    assert component.name == "web"


def test_ignore_rules_are_those_of_the_dockerfile_then_those_of_the_context() -> None:
    found = repository(
        {
            "Dockerfile": "FROM python:3.12\nCOPY . .\n",
            "web.Dockerfile": "FROM python:3.12\nCOPY . .\n",
            "web.Dockerfile.dockerignore": "*\n!web.py\n",
            ".dockerignore": "web.py\n",
            "job/Containerfile": "FROM python:3.12\nCOPY . .\n",
            "job/.containerignore": "old.py\n",
            "job/.dockerignore": "job.py\n",
            "web.py": "a = 1\n",
            "job/job.py": "a = 1\n",
            "job/old.py": "a = 1\n",
        }
    )
    shipped = {one.name: [module.path for module in one.modules] for system in found.systems for one in system.components}
    assert shipped == {"app": ["job/job.py", "job/old.py"], "web": ["web.py"], "job": ["job/job.py"]}


def test_procfile_lines_are_processes() -> None:
    found = processes({"Procfile": "web: gunicorn app:app\nrelease: python manage.py migrate\n", "app.py": "app = 1\n"})
    assert {process.name for process in found.values()} == {"web", "release"}
    assert all(process.component is not None for process in found.values())


WEB = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: web, image: ghcr.io/acme/%s:1.2}]}\n"


def test_the_only_image_comes_from_the_only_dockerfile() -> None:
    files = {"Dockerfile": "FROM python:3.12\nCOPY . .\nCMD app\n", "deploy/web.yaml": WEB % "shop"}
    assert processes(files)["kubernetes:web"].component is not None
    beside = processes({**files, "deploy/proxy.yaml": (WEB % "proxy").replace("name: web", "name: proxy")})
    assert beside["kubernetes:web"].component is None
    assert len(beside["kubernetes:web"].candidates) == 1
    postgres = "apiVersion: v1\nkind: Pod\nmetadata: {name: db}\nspec: {containers: [{name: db, image: postgres:16}]}\n"
    assert processes({**files, "deploy/db.yaml": postgres})["kubernetes:web"].component is not None


@pytest.mark.parametrize("folder", ["docs/install", "examples", "tests/e2e"])
def test_what_only_documentation_and_tests_run_is_deployed_by_other_means(folder: str) -> None:
    compose = "services:\n  web: {build: {context: %s}}\n"
    files = {
        "Dockerfile": 'FROM python:3.12\nCOPY shop.py .\nCMD ["python", "shop.py"]\n',
        "shop.py": "",
        f"{folder}/compose.yaml": compose % "/".join(".." for _ in folder.split("/")),
    }
    found = processes(files)
    assert found["compose:web"].target.silent
    image = next(process for process in found.values() if process.container is None)
    assert image.target.environment == "production"
    assert image.component is found["compose:web"].component is not None
    whole = repository(files)
    build = next(image for facts in whole.facts for image in facts.images)
    assert not whole.is_for_development(build.stages[-1], build)
    assert [process.container is None for process in processes({**files, "compose.yaml": compose % "."}).values()].count(True) == 0


def test_an_image_may_come_from_a_folder_of_a_name_alike() -> None:
    files = {"web/Dockerfile": "FROM python:3.12\n", "admin/Dockerfile": "FROM python:3.12\n", "deploy/web.yaml": WEB % "shop-web"}
    found = processes(files)["kubernetes:web"]
    assert found.component is None
    assert [one.name for one in found.candidates] == ["web"]


def test_somebody_builds_the_last_stage_where_compose_builds_one_for_development() -> None:
    files = {"Dockerfile": "FROM python:3.12 AS dev\nFROM python:3.12 AS final\n"}
    found = repository({**files, "compose.yaml": "services:\n  web: {build: {context: ., target: dev}}\n"})
    stages = [component.stage.name for system in found.systems for component in system.components if component.stage is not None]
    assert sorted(stages) == ["dev", "final"]


@pytest.mark.parametrize(
    ("push", "tag", "stages"),
    [("false", "shop/core:1", {"stage-build": True, "final": False}), ("true", "shop/core:1", {"stage-build": False})],
)
def test_somebody_builds_the_last_stage_where_a_pipeline_only_tries_another(push: str, tag: str, stages: dict[str, bool]) -> None:
    action = f"with: {{context: ., target: stage-build, push: {push}, tags: '{tag}'}}"
    files = {
        "Dockerfile": "FROM python:3.12 AS stage-build\nFROM python:3.12 AS final\n",
        ".github/workflows/check.yml": f"""
            on: pull_request
            jobs:
              check:
                runs-on: ubuntu-latest
                steps:
                  - uses: actions/checkout@v4
                  - uses: docker/build-push-action@v6
                    {action}
            """,
    }

    def found(files: dict[str, str]) -> dict[str, bool]:
        components = [component for system in repository(files).systems for component in system.components]
        return {component.stage.name: component.for_development for component in components if component.stage is not None}

    assert found(files) == stages
    pod = f"apiVersion: v1\nkind: Pod\nmetadata: {{name: core}}\nspec: {{containers: [{{name: core, image: '{tag}'}}]}}\n"
    assert found({**files, "deploy/core.yaml": pod}) == {"stage-build": False}


def test_an_entrypoint_is_the_script_that_is_copied_there_whatever_its_name() -> None:
    found = processes(
        {
            "Dockerfile": """
                FROM python:3.12-slim AS base
                COPY docker/start.sh /usr/local/bin/entrypoint
                WORKDIR /srv
                COPY bin/ bin/
                FROM base
                ENTRYPOINT ["/usr/local/bin/entrypoint"]
                """,
            "docker/start.sh": "#!/bin/sh\nexec gunicorn shop\n",
            "bin/start.sh": "#!/bin/sh\nexec celery\n",
            "compose.yaml": """
                services:
                  web: {build: .}
                  worker: {build: ., entrypoint: [sh, bin/start.sh]}
                """,
        }
    )
    assert [script.path for script in found["compose:web"].scripts] == ["docker/start.sh"]
    assert [script.path for script in found["compose:worker"].scripts] == ["bin/start.sh"]


def test_of_scripts_of_one_name_the_one_that_ends_in_the_path_is_run() -> None:
    found = processes(
        {
            "web/Dockerfile": """
                FROM node:22 AS build
                COPY . /app
                FROM node:22
                COPY --from=build /app/web/entrypoint.sh ./web/entrypoint.sh
                COPY --from=build /app/web/dist web/dist
                CMD ["dumb-init", "--", "./web/entrypoint.sh"]
                """,
            "web/entrypoint.sh": "#!/bin/sh\nexec node dist\n",
            "worker/entrypoint.sh": "#!/bin/sh\nexec node worker\n",
            "compose.yaml": "services:\n  web: {build: {context: ., dockerfile: web/Dockerfile}}\n",
        }
    )
    assert [script.path for script in found["compose:web"].scripts] == ["web/entrypoint.sh"]


def test_what_is_built_from_elsewhere_is_no_image_of_the_repository() -> None:
    for context, certain in (
        ("https://github.com/example/sso.git#main", True),
        ("git@github.com:example/sso.git", True),
        ("../sso", True),
        ("${SSO}", False),
        ("/srv/sso", False),
    ):
        found = repository({"compose.yaml": f"services:\n  sso:\n    build: {context}\n", "shop/Dockerfile": IMAGE})
        lone = next(process for system in found.systems for process in system.processes if process.container is None)
        assert lone.command.is_known is certain, context


def test_the_tag_tells_which_image_of_a_project_runs() -> None:
    found = processes(
        {
            "compose.yaml": """
                services:
                  base: {build: ., image: "shop:local"}
                  web: {image: "shop:local", command: gunicorn shop:app}
                  docs: {build: {context: ., target: docs}, image: "shop:docs"}
                  other: {image: "shop:${TAG}"}
                """,
            "Dockerfile": "FROM python:3.12-slim AS docs\nCOPY docs docs\nFROM python:3.12-slim AS app\nCOPY shop.py .\n",
            "shop.py": "app = 1\n",
        }
    )
    web = found["compose:web"]
    assert web.component is found["compose:base"].component is not None
    assert found["compose:other"].component is None
    assert len(found["compose:other"].candidates) > 1


def test_an_empty_entrypoint_leaves_the_command() -> None:
    image = 'FROM postgres:16\nCOPY start.sh /start.sh\nENTRYPOINT []\nCMD ["/start.sh"]\n'
    found = processes({"db/Dockerfile": image, "db/start.sh": "#!/bin/sh\nexec postgres\n"})
    process = found["dockerfile:db"]
    assert words(process) == ["/start.sh"]
    assert [script.path for script in process.scripts] == ["db/start.sh"]
