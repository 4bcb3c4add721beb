"""What CI workflows, Makefiles, scripts and build tools say about images, and what is joined by it."""

from __future__ import annotations

from cnlint.model.pipeline import BuildStep
from cnlint.model.system import Process
from tests.memory import processes, repository

DEPLOYMENT = """
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      selector: {matchLabels: {app: web}}
      template:
        metadata: {labels: {app: web}}
        spec:
          containers:
            - {name: web, image: "%s"}
    """
DOCKERFILES = {
    "docker/Dockerfile.one": 'FROM python:3.12\nCOPY one /app\nCMD ["python", "one.py"]\n',
    "docker/Dockerfile.two": 'FROM python:3.12\nCOPY two /app\nCMD ["python", "two.py"]\n',
    "one/one.py": "",
    "two/two.py": "",
}


def steps(files: dict[str, str]) -> list[BuildStep]:
    return [step for unit in repository(files).facts for pipeline in unit.pipelines for step in pipeline.builds]


def pushed(files: dict[str, str]) -> set[str]:
    return {image.text for unit in repository(files).facts for pipeline in unit.pipelines for image in pipeline.pushes}


def summary(step: BuildStep) -> tuple[str | None, str | None, str | None, list[str]]:
    return step.context.known(None), step.dockerfile.known(None), step.target.known(None), [image.text for image in step.images]


def web(files: dict[str, str]) -> Process:
    return processes({**DOCKERFILES, **files})["kubernetes:web"]


def test_a_workflow_tells_which_dockerfile_an_image_is_built_from() -> None:
    workflow = """
        on: push
        env: {REGISTRY: ghcr.io}
        jobs:
          build:
            steps:
              - uses: actions/checkout@v4
              - uses: docker/build-push-action@v6
                with:
                  file: docker/Dockerfile.two
                  push: true
                  tags: ${{ env.REGISTRY }}/acme/storefront:${{ github.sha }}
        """
    files = {".github/workflows/ci.yml": workflow, "k8s/web.yaml": DEPLOYMENT % "ghcr.io/acme/storefront:1"}
    process = web(files)
    assert process.component is not None
    assert process.component.image is not None
    assert process.component.image.path == "docker/Dockerfile.two"
    assert process.component.stated
    assert process.joins[0].reason == ".github/workflows/ci.yml builds docker/Dockerfile.two as ghcr.io/acme/storefront"
    assert pushed(files) == {"ghcr.io/acme/storefront:${{ github.sha }}"}


def test_the_last_part_of_a_name_tells_where_the_registry_is_not_known() -> None:
    workflow = """
        on: push
        jobs:
          build:
            steps:
              - run: docker build -t ${{ secrets.REGISTRY }}/storefront:$TAG -f docker/Dockerfile.one .
        """
    process = web({".github/workflows/ci.yml": workflow, "k8s/web.yaml": DEPLOYMENT % "registry.acme.io/storefront:1"})
    assert process.component is not None
    assert process.component.folder == ""
    assert process.joins[0].reason.endswith("that of what .github/workflows/ci.yml builds from docker/Dockerfile.one")


def test_a_namespace_of_docker_hub_is_not_what_is_built_without_one() -> None:
    script = "docker build -t %s -f docker/Dockerfile.one .\n"

    def strengths(image: str, built: str) -> set[str]:
        return {join.strength for join in web({"build.sh": script % built, "k8s/web.yaml": DEPLOYMENT % image}).joins}

    assert strengths("tensorflow/tensorflow:2", "tensorflow") == {"may_run"}
    assert strengths("other/storefront:2", "ghcr.io/acme/storefront") == {"may_run"}
    for image in ("acme/storefront", "docker.io/acme/storefront", "ghcr.io/other/storefront"):
        assert strengths(image, "ghcr.io/acme/storefront") == {"runs"}
    assert strengths("acme/storefront", "docker.io/acme/storefront:1") == {"runs"}
    assert strengths("acme/one", "acme/storefront") == {"may_run"}


def test_a_matrix_is_a_build_for_each_of_its_instances() -> None:
    workflow = """
        on: push
        jobs:
          build:
            strategy:
              matrix:
                name: [one, two]
                include:
                  - {name: two, target: final}
            steps:
              - id: meta
                uses: docker/metadata-action@v5
                with:
                  images: acme/${{ matrix.name }}
                  tags: |
                    type=sha
                    type=raw,value=latest
              - uses: docker/build-push-action@v6
                with:
                  context: .
                  file: docker/Dockerfile.${{ matrix.name }}
                  target: ${{ matrix.target }}
                  tags: ${{ steps.meta.outputs.tags }}
        """
    found = [summary(step) for step in steps({".github/workflows/ci.yml": workflow})]
    assert (".", "docker/Dockerfile.two", "final", ["acme/two:${{ tag }}", "acme/two:latest"]) in found
    assert [one[1] for one in found] == ["docker/Dockerfile.one", "docker/Dockerfile.two"]


def test_a_reusable_workflow_is_read_with_what_its_caller_gives() -> None:
    called = """
        on:
          workflow_call:
            inputs:
              file: {type: string, required: true}
              name: {type: string, default: storefront}
        jobs:
          build:
            steps:
              - uses: docker/build-push-action@v6
                with: {context: ., file: "${{ inputs.file }}", tags: "acme/${{ inputs.name }}:1"}
        """
    caller = """
        on: push
        jobs:
          one:
            uses: ./.github/workflows/build.yml
            with: {file: docker/Dockerfile.one}
        """
    found = steps({".github/workflows/build.yml": called, ".github/workflows/ci.yml": caller})
    assert [summary(step) for step in found] == [(".", "docker/Dockerfile.one", None, ["acme/storefront:1"])]


def test_what_is_built_from_another_repository_is_no_build_of_this_one() -> None:
    workflow = """
        on: push
        jobs:
          build:
            steps:
              - uses: actions/checkout@v4
                with: {repository: acme/other}
              - run: docker build -t acme/other .
              - uses: docker/build-push-action@v6
                with: {context: "https://github.com/acme/other.git"}
        """
    assert steps({".github/workflows/ci.yml": workflow}) == []


def test_an_action_of_others_that_is_given_a_dockerfile_builds_it() -> None:
    workflow = """
        on: push
        jobs:
          one:
            steps:
              - uses: acme/actions/build-push@v1
                with: {dockerfile-path: ./docker/Dockerfile.one, build-context: ., docker-image-name: storefront}
          two:
            uses: acme/.github/.github/workflows/build.yml@main
            with: {file: docker/Dockerfile.two, context: ., image-names: "ghcr.io/acme/two\\nacme/two"}
          other:
            steps:
              - uses: acme/upload@v1
                with: {path: docker, context: docker}
        """
    files = {".github/workflows/ci.yml": workflow, "k8s/web.yaml": DEPLOYMENT % "acme/storefront:1"}
    assert [summary(step)[1:] for step in steps(files)] == [
        ("docker/Dockerfile.one", None, ["storefront"]),
        ("docker/Dockerfile.two", None, ["ghcr.io/acme/two", "acme/two"]),
    ]
    component = web(files).component
    assert component is not None
    assert component.name == "one"


def test_a_script_builds_from_its_own_folder_or_from_one_above() -> None:
    script = """
        #!/bin/bash
        cd "$(dirname "$0")/.."
        NAME=acme/storefront
        docker buildx build --push --tag "$NAME:$(git rev-parse HEAD)" --target=final -f docker/Dockerfile.one .
        """
    files = {"ci/build.sh": script, "k8s/web.yaml": DEPLOYMENT % "acme/storefront:1"}
    assert [step.folders for step in steps(files)] == [("",)]
    process = web(files)
    assert [join.component.image.path for join in process.joins if join.component.image is not None] == ["docker/Dockerfile.one"]


def test_a_workflow_that_does_not_parse_as_one_says_nothing() -> None:
    for text in ("docker", "jobs: [docker]", "jobs: {a: {steps: docker}}", "on: {workflow_call: 1}\njobs: {a: {uses: ./docker}}"):
        assert steps({".github/workflows/ci.yml": text}) == []


def test_make_fills_in_its_variables_and_whoever_calls_it_those_with_a_default() -> None:
    makefile = """
        DOCKER := docker
        NAME = acme/storefront
        TAG ?= latest
        .PHONY: image
        image: ## builds
        \t@echo building
        \t@$(DOCKER) build -t $(NAME):$(TAG) \\
        \t\t-f docker/Dockerfile.one .
        \tdocker push $(NAME):$(TAG)
        """
    files = {"Makefile": makefile.replace("\\t", "\t"), "k8s/web.yaml": DEPLOYMENT % "acme/storefront:3"}
    assert [summary(step) for step in steps(files)] == [(".", "docker/Dockerfile.one", None, ["acme/storefront:${TAG}"])]
    assert pushed(files) == {"acme/storefront:${TAG}"}
    component = web(files).component
    assert component is not None
    assert component.folder == ""


def test_jobs_of_gitlab() -> None:
    pipeline = """
        variables: {IMAGE: "$CI_REGISTRY_IMAGE/storefront"}
        default:
          before_script:
            - cd docker
        build:
          image: docker:27
          script:
            - docker build --pull -t "$IMAGE:$CI_COMMIT_SHA" -f Dockerfile.one ..
            - docker push "$IMAGE:$CI_COMMIT_SHA"
        kaniko:
          image: {name: "gcr.io/kaniko-project/executor:debug", entrypoint: [""]}
          before_script: []
          script:
            - /kaniko/executor --context "${CI_PROJECT_DIR}" --dockerfile "${CI_PROJECT_DIR}/docker/Dockerfile.two"
              --destination "acme/two:${CI_COMMIT_TAG}"
        """
    first, second = steps({**DOCKERFILES, ".gitlab-ci.yml": pipeline})
    assert summary(first) == ("..", "Dockerfile.one", None, ["$CI_REGISTRY_IMAGE/storefront:$CI_COMMIT_SHA"])
    assert first.folders == ("docker",)
    assert summary(second)[:2] == (".", "docker/Dockerfile.two")


def test_steps_of_cloud_build() -> None:
    build = """
        steps:
          - name: gcr.io/cloud-builders/docker
            args: [build, -t, "gcr.io/$PROJECT_ID/${_NAME}:$COMMIT_SHA", -f, docker/Dockerfile.one, .]
          - name: gcr.io/cloud-builders/docker
            entrypoint: bash
            args: ["-c", "docker build -t gcr.io/x/two -f docker/Dockerfile.two ."]
        images: ["gcr.io/$PROJECT_ID/${_NAME}:$COMMIT_SHA"]
        substitutions: {_NAME: storefront}
        """
    files = {"cloudbuild.yaml": build, "k8s/web.yaml": DEPLOYMENT % "gcr.io/acme/storefront:3"}
    assert [summary(step)[1] for step in steps(files)] == ["docker/Dockerfile.one", "docker/Dockerfile.two"]
    component = web(files).component
    assert component is not None
    assert component.image is not None
    assert component.image.path == "docker/Dockerfile.one"


def test_artifacts_of_skaffold() -> None:
    skaffold = """
        apiVersion: skaffold/v4beta11
        kind: Config
        build:
          artifacts:
            - image: storefront
              context: docker
              docker: {dockerfile: Dockerfile.one, target: final}
            - image: other
              buildpacks: {builder: x}
        """
    files = {"skaffold.yaml": skaffold, "k8s/web.yaml": DEPLOYMENT % "storefront"}
    assert [summary(step) for step in steps(files)] == [("docker", "docker/Dockerfile.one", "final", ["storefront"])]
    component = web(files).component
    assert component is not None
    assert component.folder == "docker"


def test_targets_of_bake() -> None:
    bake = """
        variable "REGISTRY" { default = "ghcr.io/acme" }
        variable "TAG" { default = "latest" }
        function "named" {
          params = [name]
          result = ["${REGISTRY}/${name}:${TAG}"]
        }
        group "default" { targets = ["storefront", "worker"] }
        target "docker-metadata-action" {}
        target "_common" {
          dockerfile = "docker/Dockerfile.one"
          args = { DEBUG = "0" }
        }
        target "storefront" {
          inherits = ["_common"]
          target = "final"
          tags = ["${REGISTRY}/storefront:${TAG}", notequal("", TAG) ? "acme/storefront:1" : ""]
        }
        target "worker" {
          inherits = ["_common", "docker-metadata-action"]
          context = "."
          contexts = { base = "target:storefront" }
        }
        target "each" {
          name = "each-${item.name}"
          matrix = { item = [{ name = "one", file = "one" }, { name = "two", file = "two" }] }
          context = "docker"
          dockerfile = "Dockerfile.${item.file}"
          tags = named(item.name)
          output = ["type=registry"]
        }
        target "remote" { context = "https://github.com/acme/other.git" }
        """
    files = {"docker-bake.hcl": bake, "k8s/web.yaml": DEPLOYMENT % "ghcr.io/acme/storefront:3"}
    assert [summary(step) for step in steps(files)] == [
        (".", "docker/Dockerfile.one", "final", ["ghcr.io/acme/storefront:${TAG}", "acme/storefront:${TAG}"]),
        (".", "docker/Dockerfile.one", None, []),
        ("docker", "docker/Dockerfile.one", None, ["ghcr.io/acme/one:${TAG}"]),
        ("docker", "docker/Dockerfile.two", None, ["ghcr.io/acme/two:${TAG}"]),
    ]
    assert [step.images.complete for step in steps(files)] == [True, False, True, True]
    assert pushed(files) == {"ghcr.io/acme/one:${TAG}", "ghcr.io/acme/two:${TAG}"}
    reason = "target storefront of docker-bake.hcl builds docker/Dockerfile.one as ghcr.io/acme/storefront"
    assert [(join.strength, join.reason) for join in web(files).joins] == [("runs", reason)]


def test_bake_reads_json_and_takes_the_rest_from_other_files() -> None:
    bake = """{
        "variable": {"NAME": {"default": "storefront"}},
        "target": {"web": {"context": ".", "dockerfile": "docker/Dockerfile.two", "tags": ["acme/${NAME}"]}}
    }"""
    found = steps({"docker-bake.json": bake})
    assert [summary(step) for step in found] == [(".", "docker/Dockerfile.two", None, ["acme/storefront"])]
    bare = 'target "web" { tags = ["acme/web"] }\n'
    assert [summary(step) for step in steps({"docker-bake.hcl": bare})] == [(".", None, None, ["acme/web"])]
    assert steps({"docker-bake.hcl": bare, "compose.yaml": "services:\n  web: {build: docker}\n"}) == []
    assert steps({"docker-bake.override.hcl": bare, "docker-bake.ci.hcl": bare}) == []


def test_jobs_of_circleci() -> None:
    config = """
        version: 2.1
        orbs: {docker: circleci/docker@2.8.2, ecr: circleci/aws-ecr@9.0}
        commands:
          build-image:
            parameters:
              name: {type: string}
              file: {type: string, default: docker/Dockerfile.one}
            steps:
              - run:
                  name: Build
                  environment: {OWNER: acme}
                  command: docker build -t $OWNER/<< parameters.name >>:$CIRCLE_SHA1 -f << parameters.file >> .
              - run: docker push acme/<<parameters.name>>:$CIRCLE_SHA1
        jobs:
          build:
            parameters:
              file: {type: string}
            machine: true
            working_directory: ~/shop
            steps:
              - checkout
              - build-image: {name: storefront, file: docker/Dockerfile.<< parameters.file >>}
              - when:
                  condition: true
                  steps:
                    - run: {working_directory: ~/shop/docker, command: "docker build -t acme/other -f Dockerfile.two .."}
          orb:
            docker: [{image: cimg/base}]
            steps:
              - ecr/build_and_push_image: {repo: two, dockerfile: Dockerfile.two, path: docker}
        workflows:
          main:
            jobs:
              - build: {matrix: {parameters: {file: [one, two]}}}
              - docker/publish: {image: acme/one, dockerfile: docker/Dockerfile.one, tag: "1,latest"}
        """
    files = {**DOCKERFILES, ".circleci/config.yml": config}
    found = steps(files)
    assert [summary(step) for step in found] == [
        (".", "docker/Dockerfile.one", None, ["acme/storefront:$CIRCLE_SHA1"]),
        ("..", "Dockerfile.two", None, ["acme/other"]),
        (".", "docker/Dockerfile.two", None, ["acme/storefront:$CIRCLE_SHA1"]),
        (".", "docker/Dockerfile.one", None, ["acme/one:1", "acme/one:latest"]),
        (".", "docker/Dockerfile.two", None, ["${registry}/two:${tag}"]),
    ]
    assert [step.folders for step in found[:2]] == [("",), ("docker",)]
    assert pushed(files) == {"acme/storefront:$CIRCLE_SHA1", "acme/one:1", "acme/one:latest", "${registry}/two:${tag}"}


def test_commands_of_circleci_that_call_themselves_end() -> None:
    calls = "".join("      - again\n" for _ in range(50))
    config = f"commands:\n  again:\n    steps:\n{calls}jobs:\n  docker:\n    steps: [again, {{run: docker build -t a .}}]\n"
    assert steps({".circleci/config.yml": config}) == []


def test_tasks_and_scripts_of_azure_pipelines() -> None:
    pipeline = """
        parameters: [{name: file, type: string, default: Dockerfile.two}]
        variables:
          - {name: imageRepository, value: storefront}
          - {name: root, value: $(Build.SourcesDirectory)}
        stages:
          - stage: Build
            jobs:
              - job: one
                steps:
                  - checkout: self
                  - task: Docker@2
                    inputs:
                      command: buildAndPush
                      containerRegistry: acr
                      repository: $(imageRepository)
                      Dockerfile: $(Build.SourcesDirectory)/docker/Dockerfile.one
                      buildContext: .
                      tags: |
                        $(Build.BuildId)
                        latest
                  - ${{ if eq(variables['x'], 'y') }}:
                      - bash: docker build -t acme/two -f ${{ parameters.file }} ..
                        workingDirectory: docker
                  - task: Docker@2
                    inputs: {repository: any, command: build}
              - deployment: two
                strategy:
                  runOnce:
                    deploy:
                      steps:
                        - task: Bash@3
                          inputs: {targetType: inline, script: "docker build -t acme/one $(root)/docker"}
        """
    files = {**DOCKERFILES, "azure-pipelines.yml": pipeline, "k8s/web.yaml": DEPLOYMENT % "acme.azurecr.io/storefront:3"}
    assert [summary(step) for step in steps(files)] == [
        (
            ".",
            "docker/Dockerfile.one",
            None,
            ["$(containerRegistry)/storefront:$(Build.BuildId)", "$(containerRegistry)/storefront:latest"],
        ),
        ("..", "Dockerfile.two", None, ["acme/two"]),
        (None, None, None, ["any:$(Build.BuildId)"]),
        ("docker", None, None, ["acme/one"]),
    ]
    assert len(pushed(files)) == 2
    component = web(files).component
    assert component is not None
    assert component.folder == ""


def test_builds_of_tilt() -> None:
    tiltfile = """
        # -*- mode: Python -*-
        load('ext://restart_process', 'docker_build_with_restart')
        registry = 'acme'
        services = {'one': 'docker/Dockerfile.one', 'two': 'docker/Dockerfile.two'}
        for name, path in services.items():
            docker_build('%s/%s' % (registry, name), '.', dockerfile=path)

        def service(name, target=''):
            docker_build_with_restart(registry + '/' + name, context='./docker', dockerfile='docker/Dockerfile.one', target=target, entrypoint='x')

        service('storefront')
        service(name='debug', target='dev')
        if config.tilt_subcommand == 'up':
            docker_build('{}/x'.format(registry), local('pwd'))
            registry = 'other'
        docker_build(registry, 'docker')
        docker_build('inline', '.', dockerfile_contents='FROM x')
        """
    files = {"Tiltfile": tiltfile, "k8s/web.yaml": DEPLOYMENT % "acme/storefront"}
    assert [summary(step) for step in steps(files)] == [
        (".", "docker/Dockerfile.one", "", ["acme/one"]),
        (".", "docker/Dockerfile.two", "", ["acme/two"]),
        ("docker", "docker/Dockerfile.one", "", ["acme/storefront"]),
        ("docker", "docker/Dockerfile.one", "dev", ["acme/debug"]),
        (None, None, "", ["acme/x"]),
        ("docker", None, "", []),
    ]
    assert [join.reason for join in web(files).joins] == ["Tiltfile builds docker/Dockerfile.one as acme/storefront"]
    assert steps({"Tiltfile": "docker_build('a', '.'\n"}) == []


def test_what_tilt_builds_for_development_is_not_what_is_deployed() -> None:
    image = 'FROM python:3.12 AS dev\nCMD ["python", "-m", "dev"]\nFROM python:3.12\nCMD ["python", "one.py"]\n'
    files = {
        "app/Dockerfile": image,
        "k8s/web.yaml": DEPLOYMENT % "acme/storefront",
        "Tiltfile": "docker_build('acme/storefront', 'app', target='dev')\n",
    }
    assert [join.strength for join in processes(files)["kubernetes:web"].joins] == ["may_run"]
    script = {"build.sh": "docker build -t acme/storefront app\n"}
    found = processes({**files, **script})["kubernetes:web"]
    assert [join.reason for join in found.joins] == ["build.sh builds app/Dockerfile as acme/storefront"]


def test_what_only_tilt_can_run_is_for_development() -> None:
    files = {"app/Dockerfile": "FROM python:3.12\n", "Tiltfile": "docker_build('web', 'app')\ndocker_build('acme/web', 'app')\n"}

    def environment(image: str, **more: str) -> str:
        return processes({**files, "k8s/web.yaml": DEPLOYMENT % image, **more})["kubernetes:web"].target.environment

    assert environment("web") == "development"
    assert environment("acme/web") == "production"
    assert environment("web", Makefile="image:\n\tdocker build -t web app\n") == "production"
    assert environment("web", Makefile="image:\n\tdocker build -t $(REGISTRY)/web:$(TAG) app\n") == "production"


def test_of_a_stage_that_is_perhaps_not_built_nothing_is_told() -> None:
    image = "FROM python:3.12 AS one\nCMD one\nFROM python:3.12 AS two\nCMD two\n"
    script = "docker build -t acme/storefront --target %s .\n"
    assert {process.stage.name for process in processes({"Dockerfile": image}).values() if process.stage} == {"two"}
    assert processes({"Dockerfile": image, "build.sh": script % "$STAGE"}) == {}
    assert {one.stage.name for one in processes({"Dockerfile": image, "build.sh": script % "one"}).values() if one.stage} == {"one"}
