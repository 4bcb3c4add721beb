"""Facts: what reading one unit yields, and all that linking gets to see."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from cnlint.model.cloud import (
    BackingService,
    CloudResource,
    TerraformAssignment,
    TerraformModule,
    TerraformOutput,
    TerraformSecret,
    TerraformVariable,
)
from cnlint.model.image import IgnoreRules, ImageBuild
from cnlint.model.module import Module
from cnlint.model.objects import (
    Autoscaler,
    Claim,
    ConfigObject,
    Declared,
    DisruptionBudget,
    Exposure,
    LimitRange,
    NetworkPolicy,
    VerticalAutoscaler,
)
from cnlint.model.pipeline import Pipeline
from cnlint.model.project import (
    Checkout,
    ConfigTemplate,
    DependencyManifest,
    DeployConfig,
    EnvFile,
    LockFile,
    ProcessType,
    RuntimePin,
    Script,
    ServerConfig,
    StateFile,
    SupervisorConfig,
    TestedRuntime,
    WebServerConfig,
)
from cnlint.model.workload import Workload
from cnlint.source import Span


class Ignore(Struct, frozen=True, array_like=True, gc=False):
    """An inline ignore: the checks it names (codes, names or aliases; none for all), what it covers, its reason.

    `spans` holds where each name stands, to point at those that were not needed.
    """

    names: tuple[str, ...]
    covers: Span
    span: Span
    spans: tuple[Span, ...] = ()
    reason: str = ""


class Problem(Struct, frozen=True, array_like=True, gc=False):
    """Why a file, or a part of it, could not be read.

    `unreadable`: not text, or too large. `internal`: cnlint's own fault.
    """

    kind: Literal["unreadable", "syntax", "internal"]
    message: str
    span: Span


class Crash(Struct, frozen=True, array_like=True, gc=False):
    """A check that raised: which, on what, and the error."""

    name: str
    error: str
    span: Span


class UnusedIgnore(Struct, frozen=True, array_like=True, gc=False):
    """A name in an ignore that suppressed nothing; `known` where there is such a check, else `meant` is the name most like it."""

    name: str
    known: bool
    span: Span
    meant: str = ""


class Facts(Struct, frozen=True, array_like=True, gc=False):
    """What one unit says. `path` is its main file, `kind` which reader read it."""

    kind: str
    path: str
    workloads: tuple[Workload, ...] = ()
    images: tuple[ImageBuild, ...] = ()
    objects: tuple[Declared, ...] = ()
    exposures: tuple[Exposure, ...] = ()
    config_objects: tuple[ConfigObject, ...] = ()
    autoscalers: tuple[Autoscaler, ...] = ()
    disruption_budgets: tuple[DisruptionBudget, ...] = ()
    resources: tuple[CloudResource, ...] = ()
    variables: tuple[TerraformVariable, ...] = ()
    assignments: tuple[TerraformAssignment, ...] = ()
    outputs: tuple[TerraformOutput, ...] = ()
    terraform_modules: tuple[TerraformModule, ...] = ()
    backing_services: tuple[BackingService, ...] = ()
    modules: tuple[Module, ...] = ()
    manifests: tuple[DependencyManifest, ...] = ()
    lock_files: tuple[LockFile, ...] = ()
    process_types: tuple[ProcessType, ...] = ()
    env_files: tuple[EnvFile, ...] = ()
    ignore_rules: tuple[IgnoreRules, ...] = ()
    scripts: tuple[Script, ...] = ()
    state_files: tuple[StateFile, ...] = ()
    ignores: tuple[Ignore, ...] = ()
    problems: tuple[Problem, ...] = ()
    crashes: tuple[Crash, ...] = ()
    unused_ignores: tuple[UnusedIgnore, ...] = ()
    terraform_secrets: tuple[TerraformSecret, ...] = ()
    vertical_autoscalers: tuple[VerticalAutoscaler, ...] = ()
    claims: tuple[Claim, ...] = ()
    limit_ranges: tuple[LimitRange, ...] = ()
    network_policies: tuple[NetworkPolicy, ...] = ()
    supervisor_configs: tuple[SupervisorConfig, ...] = ()
    checkouts: tuple[Checkout, ...] = ()
    server_configs: tuple[ServerConfig, ...] = ()
    pipelines: tuple[Pipeline, ...] = ()
    runtime_pins: tuple[RuntimePin, ...] = ()
    templates: tuple[ConfigTemplate, ...] = ()
    tested_runtimes: tuple[TestedRuntime, ...] = ()
    web_configs: tuple[WebServerConfig, ...] = ()
    deploy_configs: tuple[DeployConfig, ...] = ()
