"""Which files a folder of Terraform is made of, what wins, and what an override changes."""

import pytest

from cnlint.config import Config, ConfigError
from cnlint.model.cloud import CloudResource
from cnlint.model.facts import Facts
from cnlint.scan import read

from .memory import MemoryTree

PROVIDER = 'provider "aws" {\n  region = "eu-west-1"\n}\n'
MAIN = PROVIDER + 'variable "size" {\n  default = 1\n}\nresource "aws_s3_bucket" "x" {\n  bucket = "b-${var.size}"\n}\n'


def facts(files: dict[str, str], *var_files: str, main: str = "main.tf") -> Facts:
    config = Config(var_file=tuple(f"/memory/{path}" for path in var_files))
    return next(unit for unit in read(MemoryTree(files), config)[0].facts if unit.path == main)


def attributes(resource: CloudResource) -> dict[str, str | None]:
    return {one.name: one.value.known(None) for one in resource.attributes}


def bucket(files: dict[str, str], *var_files: str, main: str = "main.tf") -> dict[str, str | None]:
    (resource,) = facts(files, *var_files, main=main).resources
    return attributes(resource)


@pytest.mark.parametrize(
    ("more", "name"),
    [
        ({}, "b-1"),
        ({"terraform.tfvars": "size = 2\n"}, "b-2"),
        ({"terraform.tfvars": "size = 2\n", "terraform.tfvars.json": '{"size": 3}'}, "b-3"),
        ({"terraform.tfvars.json": '{"size": 3}', "a.auto.tfvars": "size = 4\n"}, "b-4"),
        ({"a.auto.tfvars.json": '{"size": 5}', "b.auto.tfvars": "size = 6\n"}, "b-6"),
        ({"b.auto.tfvars.json": '{"size": 5}', "a.auto.tfvars": "size = 6\n"}, "b-5"),
        ({"terraform.tofuvars": "size = 7\n"}, "b-7"),
        ({"prod.tfvars": "size = 8\n"}, None),
        ({"envs/prod.tfvars": "size = 8\n"}, None),
        ({"envs/prod/terraform.tfvars": "size = 8\n"}, None),
        ({"other/main.tf": "", "other/terraform.tfvars": "size = 8\n"}, "b-1"),
    ],
)
def test_values_win_in_the_order_of_terraform(more: dict[str, str], name: str | None) -> None:
    assert bucket({"main.tf": MAIN, **more}) == {"bucket": name}


def test_files_of_values_are_given_as_on_the_command_line() -> None:
    files = {"main.tf": MAIN, "terraform.tfvars": "size = 2\n", "envs/a.tfvars": "size = 3\n", "envs/b.tfvars": "size = 4\n"}
    assert bucket(files) == {"bucket": None}
    assert bucket(files, "envs/a.tfvars") == {"bucket": "b-3"}
    assert bucket(files, "envs/a.tfvars", "envs/b.tfvars") == {"bucket": "b-4"}
    assert bucket(files, "envs/b.tfvars", "envs/a.tfvars") == {"bucket": "b-3"}
    with pytest.raises(ConfigError, match="not a file of values"):
        bucket(files, "main.tf")
    with pytest.raises(ConfigError, match="outside of /memory"):
        bucket(files, "../prod.tfvars")


def test_a_file_of_values_that_belongs_nowhere_is_given_to_every_root() -> None:
    files = {"a/main.tf": MAIN, "b/main.tf": MAIN, "values/prod.tfvars": "size = 9\n"}
    for main in ("a/main.tf", "b/main.tf"):
        assert bucket(files, main=main) == {"bucket": "b-1"}
        assert bucket(files, "values/prod.tfvars", main=main) == {"bucket": "b-9"}
    belonging = {**files, "a/prod.tfvars": "size = 7\n"}
    assert bucket(belonging, "a/prod.tfvars", main="a/main.tf") == {"bucket": "b-7"}
    assert bucket(belonging, "a/prod.tfvars", main="b/main.tf") == {"bucket": "b-1"}


def test_files_of_values_alone_are_read_for_what_they_hold() -> None:
    found = facts({"values/prod.tfvars": 'db_password = "hunter22"\n'}, main="values/prod.tfvars")
    assert [secret.name for secret in found.terraform_secrets] == ["db_password"]
    assert not found.terraform_modules


def test_override_files_change_what_others_declare() -> None:
    main = PROVIDER + (
        'terraform {\n  backend "s3" {}\n}\n'
        "locals {\n  a = 1\n  b = 2\n}\n"
        'resource "aws_instance" "x" {\n  ami = "a"\n  type = "t"\n  count_of = local.a + local.b\n'
        '  disk {\n    size = 1\n  }\n  disk {\n    size = 2\n  }\n  net {\n    id = "n"\n  }\n'
        "  lifecycle {\n    ignore_changes = [type]\n  }\n}\n"
    )
    override = (
        'terraform {\n  backend "local" {}\n}\nlocals {\n  b = 5\n}\n'
        'resource "aws_instance" "x" {\n  ami = "b"\n  disk {\n    size = 3\n  }\n  lifecycle {\n    prevent_destroy = true\n  }\n}\n'
    )
    for name in ("override.tf", "a_override.tf", "a_override.tofu"):
        found = facts({"main.tf": main, name: override})
        (resource,) = found.resources
        assert attributes(resource) == {"ami": "b", "type": None, "count_of": "6", "disk.0.size": "3", "net.0.id": "n"}
        assert [module.backend.content for module in found.terraform_modules] == ["local"]
    last = {"main.tf": main, "a_override.tf": override, "b_override.tf.json": '{"resource": {"aws_instance": {"x": {"ami": "c"}}}}'}
    (resource,) = facts(last).resources
    assert attributes(resource)["ami"] == "c"


def test_an_override_of_nothing_declares() -> None:
    override = 'resource "aws_s3_bucket" "y" {\n  bucket = "y"\n}\n'
    assert [one.name for one in facts({"main.tf": MAIN, "override.tf": override}).resources] == ["x", "y"]


def test_modules_are_overridden_where_they_are_called() -> None:
    files = {
        "main.tf": PROVIDER + 'module "m" {\n  source = "./m"\n}\n',
        "m/main.tf": 'resource "aws_s3_bucket" "x" {\n  bucket = "a"\n}\n',
        "m/override.tf": 'resource "aws_s3_bucket" "x" {\n  bucket = "b"\n}\n',
    }
    assert bucket(files) == {"bucket": "b"}


def test_opentofu_replaces_the_file_of_the_same_name() -> None:
    tofu = MAIN.replace("b-", "tofu-")
    assert bucket({"main.tf": MAIN, "main.tofu": tofu}) == {"bucket": "tofu-1"}
    assert bucket({"main.tofu": tofu}, main="main.tofu") == {"bucket": "tofu-1"}
    assert {one.name for one in facts({"main.tf": MAIN, "more.tofu": tofu.replace('"x"', '"y"')}).resources} == {"x", "y"}
    json = '{"resource": {"aws_s3_bucket": {"x": {"bucket": "%s"}}}}'
    assert bucket({"main.tf.json": json % "a", "main.tofu.json": json % "b"}, main="main.tf.json") == {"bucket": "b"}
