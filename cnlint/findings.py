"""What cnlint says: findings, before and after the engine has told whose they are."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, Protocol

from msgspec import Struct

from cnlint.source import Span

Severity = Literal["error", "warning", "note"]
Confidence = Literal["certain", "possible"]
Tier = Literal["core", "recommended", "pedantic"]

SEVERITIES: tuple[Severity, ...] = ("note", "warning", "error")
TIERS: tuple[Tier, ...] = ("core", "recommended", "pedantic")


class Placed(Protocol):
    """Anything that stands somewhere: a value, a record."""

    @property
    def span(self) -> Span | None:
        """Return where it stands."""


Place = Span | Placed


class Related(Struct, frozen=True, array_like=True, gc=False):
    """Another place that a finding speaks of, and what it has to do with it."""

    span: Span
    message: str


def related(place: Place, message: str) -> tuple[Related, ...]:
    """Return `place` as a related one, or nothing where it stands nowhere."""
    span = place if isinstance(place, Span) else place.span
    return () if span is None else (Related(span, message),)


class Finding:
    """What a check yields: a place, a message, and what the message is about (a variable, a route, a port).

    `severity` may only lower the check's own. Findings of a check in one system with the same `cause` (a variable that ten
    services fall back from, an image that five of them run) are one finding, whatever its subjects: what mends one mends all.
    They have one `about`, which is then all of the finding's name. Raises `ValueError` for a place that stands nowhere, since a finding
    without place cannot be shown, and a check that asks for one has asked the wrong record.
    """

    __slots__ = ("about", "cause", "confidence", "message", "related", "severity", "span")

    def __init__(
        self,
        place: Place,
        message: str,
        *,
        about: str = "",
        cause: str = "",
        severity: Severity | None = None,
        confidence: Confidence = "certain",
        related: Iterable[Related] = (),
    ) -> None:
        span = place if isinstance(place, Span) else place.span
        if span is None:
            raise ValueError(f"a finding without a place: {message}")
        self.span = span
        self.message = message
        self.about = about
        self.cause = cause
        self.severity = severity
        self.confidence = confidence
        self.related = tuple(related)


class Suppression(Struct, frozen=True, array_like=True, gc=False):
    """Why a result is not shown: `inline`, `configuration` or `baseline`, and the reason that the user gave."""

    kind: str
    reason: str = ""


class Result(Struct, frozen=True, gc=False):
    """A finding as users get it: with its check, its identity, and its copies folded in.

    `fix` tells whether a fix of the check knows what to change, and of which kind it is. `evidence` are the files, by index,
    that it depends on without pointing at them; `objects` are the names by which a user may call what it is about, a set of
    them for each copy folded in. `because` tells why it is shown although it stands in none of the files that the user named.

    The identity is (code, system, subject, about), without subject where findings of several are one for their cause: it holds no line, no text and no target, so that fingerprints and
    baselines survive unrelated edits.
    """

    code: str
    name: str
    severity: Severity
    confidence: Confidence
    message: str
    span: Span
    subject: str
    about: str = ""
    system: str = ""
    related: tuple[Related, ...] = ()
    suppression: Suppression | None = None
    fix: Literal["", "safe", "unsafe"] = ""
    evidence: frozenset[int] = frozenset()
    objects: tuple[tuple[str, ...], ...] = ()
    because: str = ""

    @property
    def identity(self) -> tuple[str, str, str, str]:
        """Return what stays the same when lines move."""
        return (self.code, self.system, self.subject, self.about)
