"""Functions in Terraform: AWS Lambda and Google Cloud Functions, as an archive of code or as an image.

<https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/lambda_function>,
<https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/cloudfunctions2_function>,
<https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/cloudfunctions_function>
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import structs

from cnlint.assembly.terraform.tree import Declaration
from cnlint.assembly.unit import Unit
from cnlint.knowledge.provided_variables import CLOUD_FUNCTION, LAMBDA
from cnlint.model.facts import Facts
from cnlint.model.workload import Container, EnvVar, Mount, Resources, Volume, Workload
from cnlint.readers.command_lists import command_list
from cnlint.readers.image_reference import parse_image
from cnlint.readers.kubernetes.nodes import or_default, place, records
from cnlint.readers.terraform.blocks import ON_ITS_OWN, block, blocks, container_name, name_of, object_key, provided, together, variables
from cnlint.syntax.nodes import Mapping
from cnlint.values import Items, Value, inapplicable, unknown

_LAMBDA_MEMORY = "https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html"
_FUNCTION_MEMORY = "https://cloud.google.com/functions/docs/configuring/memory"


def read(declaration: Declaration, unit: Unit, _: Sequence[Declaration] = ()) -> Facts:
    """Return the workload that a function is; what calls it is not seen, so that it has no entrance."""
    is_lambda = declaration.type == "aws_lambda_function"
    name = name_of(declaration, "function_name" if is_lambda else "name")
    container = _lambda(declaration, name) if is_lambda else _cloud_function(declaration, name)
    volumes: Items[Volume] = records(blocks(declaration.body, "file_system_config"), _volume) if is_lambda else Items()
    workload = Workload(
        platform="lambda" if is_lambda else "cloud-functions",
        kind="function",
        name=name,
        containers=Items((container,)),
        span=declaration.span,
        key=object_key(declaration, name),
        selector=inapplicable(),
        replicas=unknown("the platform runs as many as there are calls"),
        grace_period=inapplicable(),
        update_strategy=inapplicable(),
        volumes=volumes,
        host_network=inapplicable(),
        possible=declaration.possible,
    )
    return Facts(unit.kind, unit.path, workloads=(workload,))


def _lambda(declaration: Declaration, name: Value[str]) -> Container:
    body = declaration.body
    image = block(body, "image_config")
    memory = or_default(body.child("memory_size").text(), "128", _LAMBDA_MEMORY)
    env = variables(block(body, "environment").child("variables"))
    return structs.replace(
        ON_ITS_OWN,
        name=container_name(declaration, name),
        image=parse_image(body.child("image_uri")),
        span=declaration.span,
        command=command_list(image.child("entry_point")),
        arguments=command_list(image.child("command")),
        workdir=image.child("working_directory").text(),
        env=together(env, provided(LAMBDA.names, LAMBDA.source, declaration.span)),
        resources=Resources(inapplicable(), inapplicable(), inapplicable(), memory),
        mounts=records(blocks(body, "file_system_config"), _mount),
    )


def _mount(node: Mapping) -> Mount:
    return Mount(node.child("local_mount_path").text(), node.child("local_mount_path").text(), place(node))


def _volume(node: Mapping) -> Volume:
    """Return a file system, which has no name but where it is mounted."""
    return Volume(node.child("local_mount_path").text(), "network", node.child("arn").text(), place(node))


def _cloud_function(declaration: Declaration, name: Value[str]) -> Container:
    second = declaration.type == "google_cloudfunctions2_function"
    settings = block(declaration.body, "service_config") if second else declaration.body
    memory = settings.child("available_memory" if second else "available_memory_mb").text()
    env = together(
        variables(settings.child("environment_variables")),
        records(blocks(settings, "secret_environment_variables"), _secret),
        provided(CLOUD_FUNCTION.names, CLOUD_FUNCTION.source, declaration.span),
    )
    resources = Resources(inapplicable(), inapplicable(), inapplicable(), or_default(memory, "256M", _FUNCTION_MEMORY))
    return structs.replace(ON_ITS_OWN, name=container_name(declaration, name), span=declaration.span, env=env, resources=resources)


def _secret(node: Mapping) -> EnvVar:
    name, source = node.child("key").text(), node.child("secret").text()
    return EnvVar(name, unknown("kept in Secret Manager", node.span), "secret", place(node), source.known(""))
