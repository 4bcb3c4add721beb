"""Images: references to them, and the Dockerfiles that build them."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from cnlint.model.command import Command, Word
from cnlint.model.workload import ABSENT, HealthCheck, Port
from cnlint.patterns import lazy
from cnlint.source import Span
from cnlint.values import Value

_REMOTE = lazy(r"[A-Za-z][\w+.-]*://|[\w.-]+@[\w.-]+:")
"""A URL, or a repository of git by its short form: <https://docs.docker.com/reference/dockerfile/#add>."""


class IgnoreRules(Struct, frozen=True, array_like=True, gc=False):
    """The rules of a `.dockerignore`, in order; `path` is the file."""

    path: str
    rules: tuple[str, ...]
    span: Span


class BuildMount(Struct, frozen=True, array_like=True, gc=False):
    """A `--mount` of a RUN: its type (`bind` where none is named), what is mounted, and where.

    `origin` is the stage, image or named context that `source` is a path in; empty for the build's own context.

    Source: <https://docs.docker.com/reference/dockerfile/#run---mount>
    """

    kind: str
    source: str = ""
    target: str = ""
    origin: str = ""


class Instruction(Struct, frozen=True, array_like=True, gc=False):
    """One instruction: its keyword in upper case, flags (`--from=x` as ("from", "x")), its words, and its command.

    `command` is given for RUN, CMD, ENTRYPOINT and HEALTHCHECK; `words` for all others (COPY's sources and target, in
    order). For heredocs of COPY the words name the heredoc. `onbuild` where it waits for a child image. `mounts` are those
    of a RUN. `mentioned` are the names in capitals in its text and its heredocs, which may be those of variables.
    """

    keyword: str
    span: Span
    flags: tuple[tuple[str, str], ...] = ()
    words: tuple[Word, ...] = ()
    command: Command | None = None
    onbuild: bool = False
    mounts: tuple[BuildMount, ...] = ()
    mentioned: tuple[str, ...] = ()

    @property
    def sources(self) -> tuple[Word, ...]:
        """Return what COPY and ADD take from the build's context: paths and patterns, no URLs, no heredocs."""
        if self.keyword not in ("COPY", "ADD") or self.flag("from") is not None:
            return ()
        return tuple(word for word in self.words[:-1] if not word.text.startswith("<<") and not _REMOTE.match(word.text))

    @property
    def origins(self) -> tuple[str, ...]:
        """Return the stages, images and named contexts that `--from=` and `--mount=from=` take files from."""
        named = (value for name, value in self.flags if name == "from")
        return (*named, *(mount.origin for mount in self.mounts if mount.origin))

    def flag(self, name: str) -> str | None:
        """Return the value of a flag, `""` for a bare one, None where it is not given."""
        return next((value for key, value in self.flags if key == name), None)


class ImageVariable(Struct, frozen=True, array_like=True, gc=False):
    """A variable that ENV or ARG sets; `value` is absent for a bare `ARG NAME`; ARG and ENV names are substituted.

    `arguments` are the build arguments whose defaults stand in the value.
    """

    name: str
    kind: Literal["ENV", "ARG"]
    value: Value[str]
    span: Span
    arguments: tuple[str, ...] = ()


class Stage(Struct, frozen=True, array_like=True, gc=False):
    """One FROM and what follows.

    `base` is the image or the earlier stage's name, `parent` the index of that stage if it is one. `name` is the alias
    (its index as text without one). `user`, `command`, `entrypoint`, `healthcheck`, `workdir`, `stop_signal` are what
    this stage itself says last, absent if it says nothing (the base may).
    """

    name: str
    base: Value[str]
    span: Span
    parent: int | None = None
    platform: str = ""
    instructions: tuple[Instruction, ...] = ()
    variables: tuple[ImageVariable, ...] = ()
    user: Value[str] = ABSENT
    workdir: Value[str] = ABSENT
    entrypoint: Value[Command] = ABSENT
    command: Value[Command] = ABSENT
    healthcheck: Value[HealthCheck] = ABSENT
    stop_signal: Value[str] = ABSENT
    ports: tuple[Port, ...] = ()
    has_shell_instruction: bool = False


class ImageBuild(Struct, frozen=True, array_like=True, gc=False):
    """A Dockerfile: `path` from the repository root, its global arguments, its stages in order."""

    path: str
    stages: tuple[Stage, ...]
    span: Span
    arguments: tuple[ImageVariable, ...] = ()
    syntax: str = ""

    def stage(self, name: str) -> Stage | None:
        """Return the stage of this alias (case does not matter) or index, if there is one."""
        named = next((stage for stage in self.stages if stage.name.lower() == name.lower()), None)
        if named is None and name.isdecimal() and int(name) < len(self.stages):
            return self.stages[int(name)]
        return named

    def needed(self, target: Stage) -> tuple[Stage, ...]:
        """Return the stages that a build of `target` needs, itself first: BuildKit builds no others.

        Source: <https://docs.docker.com/build/building/multi-stage/#differences-between-legacy-builder-and-buildkit>
        """
        reached: list[Stage] = []
        waiting = [target]
        while waiting:
            here = waiting.pop()
            if any(here is one for one in reached):
                continue
            reached.append(here)
            waiting.extend(self.lineage(here)[1:])
            named = (self.stage(origin) for instruction in here.instructions for origin in instruction.origins)
            waiting.extend(one for one in named if one is not None)
        return tuple(reached)

    def lineage(self, stage: Stage | None = None) -> tuple[Stage, ...]:
        """Return `stage` (the final one by default) and the stages it is built from, nearest first."""
        chain: dict[int, Stage] = {}
        here = stage if stage is not None else (self.stages[-1] if self.stages else None)
        while here is not None and id(here) not in chain:
            chain[id(here)] = here
            here = self.stages[here.parent] if here.parent is not None else None
        return tuple(chain.values())
