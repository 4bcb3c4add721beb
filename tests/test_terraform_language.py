"""Terraform's language as repositories write it: what an argument is, told from the files alone."""

import pytest

from .memory import repository

HEAD = 'provider "aws" {}\nvariable "app" {\n  default = { name = "web", port = 80 }\n}\n'
LOCALS = """
locals {
  names   = ["a", "b"]
  apps    = { web = { port = 80, public = true }, worker = { port = 81, public = false } }
  enabled = true
  none    = null
  tags    = merge({ team = "x" }, { stage = "prod" })
}
"""


def value(expression: str, more: str = "", files: dict[str, str] | None = None) -> dict[str, str | None]:
    text = f'{HEAD}{LOCALS}{more}\nresource "x" "y" {{\n  v = {expression}\n}}\n'
    unit = next(one for one in repository({"main.tf": text, **(files or {})}).facts if one.path == "main.tf")
    resource = next(one for one in unit.resources if one.type == "x")
    return {one.name: one.value.known(None) for one in resource.attributes}


@pytest.mark.parametrize(
    ("expression", "wanted"),
    [
        ("local.enabled ? 2 : 1", "2"),
        ('local.none != null ? local.none : "fallback"', "fallback"),
        ('coalesce(local.none, "", "third")', "third"),
        ('lookup(local.tags, "stage", "dev")', "prod"),
        ('lookup(local.tags, "owner", "nobody")', "nobody"),
        ('local.apps["web"].port + 1', "81"),
        ('join(",", [for name, app in local.apps : "${name}:${app.port}" if app.public])', "web:80"),
        ('join(",", keys({ for name, app in local.apps : upper(name) => app if !app.public }))', "WORKER"),
        ('join(",", local.names[*])', "a,b"),
        ('join(",", [for app in values(local.apps) : app.port][*])', "80,81"),
        ("length(local.none[*])", "0"),
        ("length(var.app[*])", "1"),
        ("one(var.app.name[*])", "web"),
        ("try(var.app.missing, 7)", "7"),
        ("try(local.none.a.b, 7)", "7"),
        ('try(var.app.name.first, "x")', "x"),
        ("can(var.app.name)", "true"),
        ("can(var.app.missing)", "false"),
        ('format("%s-%03d", var.app.name, 7)', "web-007"),
        ('join("+", formatlist("%s.example.com", local.names))', "a.example.com+b.example.com"),
        ('join(",", setsubtract(["a", "b", "c"], local.names))', "c"),
        ('join(",", setintersection(["a", "c"], local.names))', "a"),
        ('join(",", [for pair in setproduct(local.names, ["1", "2"]) : join("", pair)])', "a1,a2,b1,b2"),
        ("sum([1, 2, 3])", "6"),
        ('index(local.names, "b")', "1"),
        ('replace("a_b", "_", "-")', "a-b"),
        ('element(split("/", "a/b/c"), 2)', "c"),
        ('jsondecode("{\\"a\\": [1, 2]}").a[1]', "2"),
        ('yamldecode("a:\\n  b: c").a.b', "c"),
        ('"%{if local.enabled}on%{else}off%{endif}"', "on"),
        ('"%{for name in local.names}<${name}>%{endfor}"', "<a><b>"),
        ('element(concat(local.names, ["c"]), 2)', "c"),
        ('tostring(zipmap(local.names, ["x", "y"])["b"])', "y"),
        ("max(1, local.apps.web.port)", "80"),
        ('fileexists("main.tf")', "true"),
        ("var.unset", None),
        ("data.aws_region.here.name", None),
        ('fileexists("other.zip")', None),
        ('regex("[a-z]+", "abc")', None),
        ("sum(concat([1], var.unset))", None),
        ('join(",", setsubtract(local.names, var.unset))', None),
        ('join(",", formatlist("%s-%s", local.names, var.unset))', None),
    ],
)  # fmt: skip
def test_expressions(expression: str, wanted: str | None) -> None:
    assert value(expression, 'variable "unset" {}\n') == {"v": wanted}


def test_texts_of_several_lines() -> None:
    heredoc = "<<-EOT\n    %{ for name in local.names ~}\n    ${name}\n    %{ endfor ~}\n    end\n  EOT"
    assert value(heredoc) == {"v": "a\nb\nend\n"}


def test_templates_of_files() -> None:
    files = {"files/app.json.tftpl": '{"image": "r/${name}:${tag}", "ports": [%{ for p in ports ~}${p}%{ endfor ~}]}'}
    call = 'jsondecode(templatefile("${path.module}/files/app.json.tftpl", { name = var.app.name, tag = "1", ports = [80] }))'
    assert value(call, files=files) == {"v.image": "r/web:1", "v.ports.0": "80"}


def test_outputs_of_modules_with_a_count() -> None:
    module = 'variable "n" {}\noutput "name" {\n  value = "m-${var.n}"\n}\n'
    call = 'module "m" {\n  count = 2\n  source = "./m"\n  n = count.index\n}\n'
    assert value("module.m[1].name", call, {"m/main.tf": module}) == {"v": "m-1"}


@pytest.mark.parametrize(
    ("ignored", "wanted"),
    [
        ("[v]", {"v": None, "w.0.a.0.b": "1", "w.0.a.0.c": "2"}),
        ("[w[0].a[0].b]", {"v": "0", "w.0.a.0.b": None, "w.0.a.0.c": "2"}),
        ('["w.0.a.0.b"]', {"v": "0", "w.0.a.0.b": None, "w.0.a.0.c": "2"}),
        ("[w[0].a]", {"v": "0", "w.0.a": None}),
        ("[unset]", {"v": "0", "unset": None, "w.0.a.0.b": "1", "w.0.a.0.c": "2"}),
        ("all", {"v": None, "w": None}),
    ],
)
def test_what_is_left_alone_after_creation_is_not_known(ignored: str, wanted: dict[str, str | None]) -> None:
    rest = f"  w {{\n    a {{\n      b = 1\n      c = 2\n    }}\n  }}\n  lifecycle {{\n    ignore_changes = {ignored}\n  }}"
    assert value(f"0\n{rest}") == wanted
