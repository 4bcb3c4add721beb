"""Terraform and ECS: what a folder applies, as facts; and changes that the independent parser accepts."""

import json
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnlint.assembly import terraform
from cnlint.assembly.terraform_calls import called_folders
from cnlint.assembly.unit import Unit
from cnlint.model.change import Add, Change, EditCommand, Remove, Set
from cnlint.model.facts import Facts
from cnlint.model.workload import Container, Workload
from cnlint.readers import terraform as reader
from cnlint.reading import TreeFiles
from cnlint.source import Source, Span
from cnlint.syntax import hcl

from .memory import MemoryTree, processes, repository

PROVIDER = 'provider "aws" {\n  region = "eu-west-1"\n}\n'
SERVICE = """
resource "aws_ecs_task_definition" "web" {
  family = "web"
  container_definitions = jsonencode([
    {
      name  = "web"
      image = "registry.example.com/web:${local.tag}"
      portMappings = [{ containerPort = var.port }]
      environment = concat([
        { name = "MODE", value = "fast" },
        { name = "DB_PASSWORD", value = var.password },
      ], [for key, value in local.more : { name = key, value = value }])
      secrets = [{ name = "API_TOKEN", valueFrom = aws_ssm_parameter.token.arn }]
      healthCheck = { command = ["CMD-SHELL", "curl -f http://localhost/ || exit 1"] }
    }
  ])
}

resource "aws_ecs_service" "web" {
  name            = "web"
  task_definition = aws_ecs_task_definition.web.arn
  desired_count   = 2
  load_balancer {
    target_group_arn = aws_lb_target_group.web.arn
    container_name   = "web"
    container_port   = var.port
  }
}

locals {
  tag  = "1.2"
  more = { A = "1" }
}
variable "port" {
  default = 8080
}
variable "password" {
  default = "hunter22"
}
"""


def facts(files: dict[str, str], main: str = "main.tf") -> Facts:
    return next(unit for unit in repository(files).facts if unit.path == main)


def workload(files: dict[str, str]) -> Workload:
    (found,) = facts(files).workloads
    return found


def container(files: dict[str, str]) -> Container:
    (found,) = workload(files).containers
    return found


def text_at(text: str, span: Span | None) -> str:
    assert span is not None
    return text[span.start : span.end]


def test_a_service_of_ecs_with_all_that_it_is_made_of() -> None:
    text = PROVIDER + SERVICE
    service = workload({"main.tf": text})
    assert (service.platform, service.kind, service.name.content, service.replicas.content) == ("ecs", "service", "web", 2)
    web = container({"main.tf": text})
    image = web.image.content
    assert image is not None
    assert image.text == "registry.example.com/web:1.2"
    assert [(one.name.content, one.origin) for one in web.env] == [
        ("MODE", "literal"), ("DB_PASSWORD", "interpolated"), ("A", "literal"), ("API_TOKEN", "secret"),
    ]  # fmt: skip
    assert web.env.complete
    assert [port.number.content for port in web.ports] == [8080]
    check = web.healthcheck.content
    assert check is not None
    assert check.period.is_defaulted
    assert check.command.content is not None
    assert [step.program for step in check.command.content.invocations] == ["curl", "exit"]
    (exposure,) = facts({"main.tf": text}).exposures
    assert [port.target.content for port in exposure.ports] == ["8080"]


def test_a_value_keeps_the_place_of_its_literal() -> None:
    text = PROVIDER + SERVICE
    web = container({"main.tf": text})
    (port,) = web.ports
    assert text_at(text, port.number.span) == "8080"
    assert port.number.note == "the default of variable `port`"
    mode = web.env.named("MODE")
    assert mode is not None
    assert text_at(text, mode.value.span) == '"fast"'
    assert text_at(text, mode.span) == '{ name = "MODE", value = "fast" }'


@pytest.mark.parametrize(
    ("more", "port"),
    [
        ({}, 8080),
        ({"terraform.tfvars": "port = 1\n"}, 1),
        ({"terraform.tfvars": "port = 1\n", "x.auto.tfvars": "port = 2\n"}, 2),
        ({"prod.tfvars": "port = 3\n"}, None),
    ],
)
def test_files_of_variables_win_over_defaults(more: dict[str, str], port: int | None) -> None:
    assert [one.number.content for one in container({"main.tf": PROVIDER + SERVICE, **more}).ports] == [port]


def test_a_folder_that_may_only_be_called_knows_no_defaults() -> None:
    assert [port.number.is_unknown for port in container({"main.tf": SERVICE}).ports] == [True]


def test_json_in_a_heredoc_keeps_its_places_and_its_holes() -> None:
    text = PROVIDER + (
        'resource "aws_ecs_task_definition" "a" {\n  family = "a"\n  container_definitions = <<-EOF\n'
        '    [{"name": "é", "image": "r/${var.name}:1", "memory": ${var.memory}, "user": "1\\u0030"}]\n  EOF\n}\n'
    )
    only = container({"main.tf": text})
    assert text_at(text, only.name.span) == '"é"'
    image = only.image.content
    assert image is not None
    assert image.repository.is_unknown
    assert image.tag.content == "1"
    assert only.resources.memory_limit.is_unknown
    assert only.user.content == "10"


def test_a_task_definition_in_files_of_its_own() -> None:
    task = '[{"name": "a", "image": "r/a:%s"}]'
    text = 'resource "aws_ecs_task_definition" "a" {\n  family = "a"\n  container_definitions = %s\n}\n'
    for call, content in (
        ('file("${path.module}/task.json")', task % "1"),
        ('templatefile("task.json", { tag = "1" })', task % "${tag}"),
    ):
        image = container({"main.tf": PROVIDER + text % call, "task.json": content}).image.content
        assert image is not None
        assert image.text == "r/a:1"


def test_a_task_definition_of_a_template_file() -> None:
    task = '[{"name": "a", "image": "r/a:${tag}", "user": "${user}"}]'
    data = 'data "template_file" "a" {\n  template = file("task.json")\n  vars = { tag = "1", user = var.user }\n%s}\n'
    text = PROVIDER + 'resource "aws_ecs_task_definition" "a" {\n  family = "a"\n  container_definitions = data.template_file.a%s\n}\n'
    files = {"infra/main.tf": text % ".rendered" + data % "" + 'variable "user" {}\n', "infra/task.json": task, "task.json": "[]"}
    (workloads,) = (unit.workloads for unit in repository(files).facts if unit.path == "infra/main.tf")
    ((only,),) = (one.containers for one in workloads)
    image = only.image.content
    assert image is not None
    assert image.text == "r/a:1"
    assert only.user.is_unknown
    several = {"main.tf": text % "[0].rendered" + data % "  count = 2\n", "task.json": task}
    assert not [one for unit in repository(several).facts for workload in unit.workloads for one in workload.containers]


def test_a_task_definition_as_json() -> None:
    files = {"task.json": '{"family": "a", "containerDefinitions": [{"name": "a", "image": "r/a:1", "privileged": true}]}'}
    (unit,) = repository(files).facts
    ((only,),) = ([*one.containers] for one in unit.workloads)
    assert only.privileged.is_(True)
    assert only.readiness.is_inapplicable


def test_modules_are_read_with_their_inputs() -> None:
    module = (
        'variable "name" {}\nvariable "count_of" {\n  default = 1\n}\n'
        'resource "aws_ecs_task_definition" "t" {\n  family = var.name\n'
        '  container_definitions = jsonencode([{ name = var.name, image = "r/${var.name}:1" }])\n}\n'
        'resource "aws_ecs_service" "s" {\n  name = var.name\n  task_definition = aws_ecs_task_definition.t.arn\n'
        '  desired_count = var.count_of\n}\noutput "name" {\n  value = aws_ecs_service.s.name\n}\n'
    )
    main = PROVIDER + (
        'module "one" {\n  source = "./modules/app"\n  name = "one"\n}\n'
        'module "more" {\n  source   = "./modules/app"\n  for_each = { two = 2, three = 3 }\n  name = each.key\n  count_of = each.value\n}\n'
        'resource "aws_s3_bucket" "b" {\n  bucket = "${module.one.name}-b"\n}\n'
    )
    files = {"main.tf": main, "modules/app/main.tf": module}
    found = facts(files)
    assert [(one.name.content, one.replicas.content) for one in found.workloads] == [("one", 1), ("two", 2), ("three", 3)]
    assert not found.workloads[0].replicas.note
    bucket = next(resource for resource in found.resources if resource.type == "aws_s3_bucket")
    assert [attribute.value.content for attribute in bucket.attributes] == ["one-b"]
    called = facts(files, "modules/app/main.tf")
    assert [variable.name for variable in called.variables] == ["name", "count_of"]
    assert not called.workloads


@pytest.mark.parametrize(
    ("attribute", "names"),
    [
        ("count = 0", []),
        ("count = 2", [("x", False), ("x", False)]),
        ("count = var.unknown ? 1 : 0", [("x", True)]),
        ("count = false ? 1 : 0", []),
        ('for_each = toset(["a"])', [("x", False)]),
        ("for_each = var.unknown", [("x", True)]),
        ("for_each = merge({ a = 1 }, var.unknown)", [("x", False), ("x", True)]),
    ],
)
def test_instances(attribute: str, names: list[tuple[str, bool]]) -> None:
    text = f'variable "unknown" {{}}\nresource "aws_s3_bucket" "x" {{\n  {attribute}\n}}\n'
    assert [(resource.name, resource.possible) for resource in facts({"main.tf": text}).resources] == names


def test_dynamic_blocks() -> None:
    text = (
        PROVIDER
        + """
    variable "rules" {}
    resource "aws_security_group" "known" {
      dynamic "ingress" {
        for_each = [80, 443]
        content {
          from_port = ingress.value
        }
      }
    }
    resource "aws_security_group" "unknown" {
      dynamic "ingress" {
        for_each = var.rules
        content {
          from_port = ingress.value
        }
      }
    }
    """
    )
    known, unknown = facts({"main.tf": text}).resources
    assert {one.name: one.value.content for one in known.attributes} == {"ingress.0.from_port": "80", "ingress.1.from_port": "443"}
    assert not list(unknown.attributes)


def test_optional_attributes_of_a_type_have_their_defaults() -> None:
    text = (
        PROVIDER
        + """
    variable "app" {
      type = object({ name = string, size = optional(number, 3), tag = optional(string) })
      default = { name = "a" }
    }
    resource "aws_s3_bucket" "x" {
      bucket = "${var.app.name}-${var.app.size}"
      tag    = var.app.tag
    }
    """
    )
    (bucket,) = facts({"main.tf": text}).resources
    assert {one.name: (one.value.content, one.value.is_absent) for one in bucket.attributes} == {
        "bucket": ("a-3", False),
        "tag": (None, True),
    }


def test_nothing_hangs_on_what_refers_to_itself() -> None:
    text = (
        'locals {\n  a = local.b\n  b = local.a\n}\nmodule "m" {\n  source = "./"\n}\nresource "x" "y" {\n  z = local.a\n  w = x.y.w\n}\n'
    )
    (resource,) = facts({"main.tf": text}).resources
    assert all(attribute.value.is_unknown for attribute in resource.attributes)


def test_deployments_of_the_kubernetes_provider_are_those_of_kubernetes() -> None:
    manifest = """
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web, labels: {app.kubernetes.io/name: web}}
    spec:
      replicas: 2
      selector: {matchLabels: {app: web}}
      template:
        metadata: {labels: {app: web}}
        spec:
          containers:
            - name: web
              image: r/web:1
              env:
                - {name: A, value: "1"}
                - name: B
                  valueFrom: {secretKeyRef: {name: s, key: k}}
              ports: [{containerPort: 80}]
              readinessProbe: {httpGet: {path: /, port: 80}}
              securityContext: {readOnlyRootFilesystem: true}
    """
    text = """
    resource "kubernetes_deployment_v1" "web" {
      metadata {
        name   = "web"
        labels = { "app.kubernetes.io/name" = "web" }
      }
      spec {
        replicas = 2
        selector {
          match_labels = { app = "web" }
        }
        template {
          metadata {
            labels = { app = "web" }
          }
          spec {
            container {
              name  = "web"
              image = "r/web:1"
              env {
                name  = "A"
                value = "1"
              }
              env {
                name = "B"
                value_from {
                  secret_key_ref {
                    name = "s"
                    key  = "k"
                  }
                }
              }
              port {
                container_port = 80
              }
              readiness_probe {
                http_get {
                  path = "/"
                  port = 80
                }
              }
              security_context {
                read_only_root_filesystem = true
              }
            }
          }
        }
      }
    }
    """
    assert seen(workload({"main.tf": text})) == seen(facts({"web.yaml": manifest}, "web.yaml").workloads[0])


@pytest.mark.parametrize("wrap", [lambda block: block, lambda block: [block]], ids=["objects", "lists"])
def test_blocks_of_the_kubernetes_provider_in_json(wrap: Callable[[object], object]) -> None:
    """In JSON a block is an object, or a list of them; what has keys of the user's own stays as it is."""
    container_ = {
        "name": "web",
        "image": "r/web:1",
        "env": wrap({"name": "A", "value": "1"}),
        "port": wrap({"container_port": 80}),
        "resources": wrap({"limits": {"memory": "64Mi"}}),
        "readiness_probe": wrap({"http_get": wrap({"path": "/", "port": 80})}),
    }
    pod = wrap({"metadata": wrap({"labels": {"app": "web"}}), "spec": wrap({"container": wrap(container_)})})
    spec = {"replicas": 2, "selector": wrap({"match_labels": {"app": "web"}}), "template": pod}
    service = {"selector": {"app": "web"}, "port": wrap({"port": 80})}
    resources = {
        "kubernetes_deployment_v1": {"web": {"metadata": wrap({"name": "web"}), "spec": wrap(spec)}},
        "kubernetes_service": {"web": {"metadata": wrap({"name": "web"}), "spec": wrap(service)}},
    }
    files = {"main.tf.json": json.dumps({"resource": resources})}
    web = next(iter(repository(files).facts[0].workloads))
    assert (web.name.known(""), web.replicas.known(0)) == ("web", 2)
    assert [(label.name, label.value.known("")) for label in web.labels] == [("app", "web")]
    (one,) = web.containers
    assert [variable.name.known("") for variable in one.env] == ["A"]
    assert [port.number.known(0) for port in one.ports] == [80]
    assert one.resources.memory_limit.is_("64Mi")
    probe = one.readiness.known(None)
    assert probe is not None
    assert probe.path.is_("/")
    assert processes(files)["kubernetes:web"].receives_traffic


def seen(one: Workload) -> object:
    """Return what a workload says, without its places."""
    (only,) = one.containers
    check = only.readiness.content
    assert check is not None
    return (
        one.platform, one.kind, one.name.content, one.replicas.content, [(label.name, label.value.content) for label in one.labels],
        [(variable.name.content, variable.value.content, variable.origin, variable.reference) for variable in only.env],
        [port.number.content for port in only.ports], check.path.content, check.port.content, only.read_only_root.content,
        only.liveness.is_absent,
    )  # fmt: skip


def test_secrets_of_variables_files_are_never_kept() -> None:
    files = {"main.tf": PROVIDER + 'variable "db" {}\n', "terraform.tfvars": 'db = { password = "s3cr3t-Value-9" }\n'}
    (assignment,) = facts(files).assignments
    assert assignment.name == "db.password"
    assert assignment.value.secret is not None
    assert "s3cr3t" not in repr(facts(files))


def test_state_files_are_known_and_not_read() -> None:
    (unit,) = repository({"terraform.tfstate": '{"version": 4, "resources": [{"password": "hunter22"}]}'}).facts
    assert [(state.path, state.tracked) for state in unit.state_files] == [("terraform.tfstate", True)]
    assert "hunter22" not in repr(unit)


def test_calls_of_local_modules_are_told_without_parsing() -> None:
    data = b'module "a" {\n  source = "../lib/a"\n}\nmodule "b" {\n  source  = "hashicorp/b/aws"\n}\nmodule "c" {\n  source="./c"\n}\n'
    assert called_folders(data, "live/prod") == ("live/lib/a", "live/prod/c")


def written(text: str, change: Change) -> str | None:
    edits = reader.write(change, Source(text, "main.tf", 0))
    if edits is None:
        return None
    for edit in sorted(edits, reverse=True):
        text = text[: edit.span.start] + edit.text + text[edit.span.end :]
    assert hcl.accepts(text)
    return text


def place(text: str, part: str) -> Span:
    return Span(0, text.index(part), text.index(part) + len(part))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('variable "x" {\n  type = string\n}\n', 'variable "x" {\n  type      = string\n  sensitive = true\n}\n'),
        ('variable "x" {\n  description = "é"\n}\n', 'variable "x" {\n  description = "é"\n  sensitive   = true\n}\n'),
        ('variable "x" {}\n', 'variable "x" {\n  sensitive = true\n}\n'),
        ('variable "x" {\n}\n', 'variable "x" {\n  sensitive = true\n}\n'),
        ('variable "x" { default = "a" }\n', 'variable "x" {\n  default   = "a"\n  sensitive = true\n}\n'),
        ('variable "x" {\r\n  type = string\r\n}\r\n', 'variable "x" {\r\n  type      = string\r\n  sensitive = true\r\n}\r\n'),
        (
            'variable "x" {\n  type = object({\n    a = string\n  })\n}\n',
            'variable "x" {\n  type = object({\n    a = string\n  })\n  sensitive = true\n}\n',
        ),
        (
            'variable "x" {\n  type = string # why\n\n  validation {\n    condition     = true\n    error_message = "e"\n  }\n}\n',
            'variable "x" {\n  type      = string # why\n  sensitive = true\n\n  validation {\n    condition     = true\n    error_message = "e"\n  }\n}\n',
        ),
    ],
)
def test_sensitive_is_added_in_the_style_of_the_block(before: str, after: str) -> None:
    block = hcl.parse(Source(before, "main.tf", 0)).root.blocks[0]
    changed = written(before, Add(block.span, "sensitive", True))
    assert changed == after
    block = hcl.parse(Source(after, "main.tf", 0)).root.blocks[0]
    assert written(after, Add(block.span, "sensitive", True)) is None


def test_values_are_set_and_statements_taken_away() -> None:
    text = 'resource "a" "b" {\n  one = "x" # keep\n  two = [1, 2, 3]\n  three = { p = 1, q = 2 }\n}\n'
    assert written(text, Set(place(text, '"x"'), 'é"${a}')) == text.replace('"x"', '"é\\"$${a}"')
    assert written(text, Set(place(text, "3"), True)) == text.replace("3]", "true]")
    assert written(text, Remove(place(text, "2"))) == text.replace("1, 2, 3", "1, 3")
    assert written(text, Remove(place(text, "3"))) == text.replace("1, 2, 3", "1, 2")
    assert written(text, Remove(place(text, "p = 1"))) == text.replace("p = 1, ", "")
    assert written(text, Remove(place(text, '"x"'))) == text.replace('  one = "x" # keep\n', "")
    assert written(text, Set(place(text, "one"), "y")) is None


def test_a_container_of_ecs_gets_a_field() -> None:
    text = 'a = jsonencode([{\n  name  = "web"\n  image = "r/web:1"\n}])\n'
    record = place(text, text[text.index("{") : text.index("}") + 1])
    changed = written(text, Add(record, "read_only_root", True))
    assert changed == text.replace('"r/web:1"\n', '"r/web:1"\n  readonlyRootFilesystem = true\n')


def test_commands_are_edited_word_by_word() -> None:
    text = PROVIDER + (
        'resource "aws_ecs_task_definition" "a" {\n  family = "a"\n'
        '  container_definitions = jsonencode([{ name = "a", image = "r/a:1", command = ["flask", "run", "--debug"] }])\n}\n'
    )
    command = container({"main.tf": text}).arguments.content
    assert command is not None
    first, second, third = command.words
    assert written(text, EditCommand(command, removed=(third,))) == text.replace(', "--debug"', "")
    assert written(text, EditCommand(command, replaced=((first, "gunicorn"),))) == text.replace("flask", "gunicorn")
    assert written(text, EditCommand(command, inserted=((second, "-p"),))) == text.replace('"run", ', '"run", "-p", ')


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from([
    "var.a", "local.a", "local.b", '"${', '}"', "[", "]", "{", "}", "a = ", "\n", "for x in ", " : ", "merge(", "concat(", "try(", ")", ", ",
    "x.y.z", "[*]", ".0", "null", "true ? ", "1", '"s"', "jsonencode(", "module.m.o", "each.key", "...", "%{ if ", 'resource "a" "b" {\n',
    "locals {\n", 'dynamic "d" {\n', "content {\n", "for_each = ", "count = ", 'module "m" {\n source = "./m"\n', "<<E\n", "\nE\n",
]), max_size=25).map("".join))  # fmt: skip
def test_no_text_makes_assembly_or_reading_raise(text: str) -> None:
    tree = MemoryTree({"main.tf": text, "m/main.tf": 'output "o" {\n  value = 1\n}\n'})
    unit = Unit("terraform", "main.tf", ("main.tf",))
    reader.read(terraform.assemble(unit, TreeFiles(tree)).root, unit)
