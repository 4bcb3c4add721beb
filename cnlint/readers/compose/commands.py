"""Commands, health checks and durations of Compose services.

Sources: <https://github.com/compose-spec/compose-spec/blob/main/05-services.md#command>,
<https://github.com/compose-spec/compose-spec/blob/main/05-services.md#healthcheck>
"""

from __future__ import annotations

import re

from msgspec import structs

from cnlint.model.command import Command, Invocation, Word
from cnlint.model.workload import HealthCheck
from cnlint.source import Segment, Source, Span
from cnlint.syntax.nodes import Node, Scalar, Sequence
from cnlint.syntax.shell import exec_command, shell_command, split_command
from cnlint.syntax.substitution import Interpolated
from cnlint.values import Value, absent, defaulted, stated, unknown

_HEALTHCHECK = "https://docs.docker.com/reference/dockerfile/#healthcheck"
_DURATION = re.compile(r"(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h|d|w)")
_SECONDS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86_400.0, "w": 604_800.0}
_OPERATORS = re.compile(r"[;&|<>]")


def command(node: Node) -> Value[Command]:
    """Return what `command` or `entrypoint` runs: a list as it is, a text split into words; no shell reads either."""
    if node.is_missing:
        return absent(node.span)
    if isinstance(node, Sequence):
        return _listed(list(node.elements()), node)
    source = text_source(node)
    return unknown("not a command", node.span) if source is None else stated(_with_holes(split_command(source), node), node.span)


def text_source(node: Node) -> Source | None:
    """Return a text as a source; variables that are not known stand in it as written."""
    if isinstance(node, Interpolated):
        return node.source
    if not isinstance(node, Scalar) or node.span is None:
        return None
    return node.source or Source(node.raw, "", node.span.file, [Segment(0, len(node.raw), node.span, False)])


def _listed(elements: list[Node], node: Node) -> Value[Command]:
    sources = [text_source(element) for element in elements]
    known = [source for source in sources if source is not None]
    if len(known) < len(sources) or node.open or node.span is None:
        return unknown("a word of it is not known", node.span)
    words = [(source.text, element.span or node.span) for source, element in zip(known, elements, strict=True)]
    return stated(_with_holes(exec_command(words, node.span, lambda index: known[index]), *elements), node.span)


def _with_holes(given: Command, *nodes: Node) -> Command:
    """Mark the words of a command that no shell reads as expanded where Compose puts in what is not known."""
    holes = [node for node in nodes if isinstance(node, Interpolated)]
    if not holes or given.shell:
        return given
    return structs.replace(given, invocations=tuple(_open(step) for step in given.invocations))


def _open(step: Invocation) -> Invocation:
    return structs.replace(step, words=tuple(_expanded(word) if "$" in word.text else word for word in step.words))


def _expanded(word: Word) -> Word:
    return structs.replace(word, literal=False)


def healthcheck(node: Node) -> Value[HealthCheck]:
    """Return a service's `healthcheck`. Without a `test` it only gives the image's own check other times."""
    if node.is_missing or node.span is None or node.is_unknown:
        return absent(node.span) if node.is_missing else unknown("the health check is not known", node.span)
    test = node.at("test")
    if node.at("disable").boolean().is_(True) or _is_none(test):
        return stated(HealthCheck("none", node.span), node.span)
    if node.at("disable").boolean().is_unknown:
        return unknown("it may be disabled", node.span)
    if test.is_missing:
        return unknown("the image's own check", node.span)
    return stated(
        HealthCheck(
            "command",
            node.span,
            _test(test),
            period=_time(node.at("interval"), 30),
            timeout=_time(node.at("timeout"), 30),
            initial_delay=_time(node.at("start_period"), 0),
            failures=node.at("retries").integer() if not node.at("retries").is_missing else defaulted(3, _HEALTHCHECK, node.span),
        ),
        node.span,
    )


def _is_none(test: Node) -> bool:
    first = next(test.elements(), None)
    return first is not None and first.text().is_("NONE")


def _test(test: Node) -> Value[Command]:
    """Return what a check runs: a text by the shell, a list by its first word."""
    if not isinstance(test, Sequence):
        return _shell(test)
    kind, *rest = list(test.elements()) or [test]
    if kind.text().is_("CMD"):
        return _listed(rest, test)
    if kind.text().is_("CMD-SHELL") and len(rest) == 1:
        return _shell(rest[0])
    return unknown("a check that starts with neither CMD nor CMD-SHELL", test.span)


def _shell(node: Node) -> Value[Command]:
    source = text_source(node)
    return unknown("not a command", node.span) if source is None else stated(shell_command(source), node.span)


def _time(node: Node, default: float) -> Value[float]:
    return defaulted(float(default), _HEALTHCHECK, node.span) if node.is_missing else seconds(node)


def seconds(node: Node) -> Value[float]:
    """Return a duration such as `1m30s` in seconds."""
    written = node.text()
    if not written.is_known:
        return unknown(written.note or "not a duration", node.span)
    text = written.known("").replace(" ", "")
    found = _DURATION.findall(text)
    if not found or "".join(number + unit for number, unit in found) != text:
        return stated(0.0, node.span) if text == "0" else unknown("not a duration", node.span)
    return stated(sum(float(number) * _SECONDS[unit] for number, unit in found), node.span)


def place(node: Node) -> Span:
    """Return where a node of a Compose file stands."""
    return node.span if node.span is not None else Span(0, 0, 0, False)
