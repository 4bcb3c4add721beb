"""Ranges of versions as the manifests of each ecosystem write them, and whether one leaves room for what an image holds.

Sources: <https://packaging.python.org/en/latest/specifications/version-specifiers/>,
<https://python-poetry.org/docs/dependency-specification/>, <https://github.com/npm/node-semver#ranges>,
<https://getcomposer.org/doc/articles/versions.md>, <https://guides.rubygems.org/patterns/#pessimistic-version-constraint>,
<https://go.dev/ref/mod#go-mod-file-go>, <https://doc.rust-lang.org/cargo/reference/rust-version.html>
"""

from __future__ import annotations

from cnlint.patterns import lazy

Version = tuple[int, ...]
Interval = tuple[Version, Version]
"""From a version on, up to another that is not in it; both of three numbers."""

_END = 1_000_000
_ALL: Interval = ((0, 0, 0), (_END, 0, 0))
_COMPARED = lazy(
    r"(?P<operator>~>|~=|[<>=!]=?=?|[~^])?\s*v?(?P<version>\d+(?:\.\d+)*)(?P<wild>(?:\.[xX*])*)(?P<rest>[-+.\w]*)(?:\s*,\s*|\s+|$)"
)
_ANY = frozenset({"", "*", "x", "X", "latest"})
_TAG = lazy(r"v?(?P<version>\d+(?:\.\d+){0,2})(?P<rest>$|[-_].*)")
_EARLY = lazy(r"[-_](?:rc|alpha|beta|preview)|.*-(?:rc|alpha|beta)\d*(?:-|$)")


def tag_version(tag: str) -> Version:
    """Return the numbers that a tag begins with (`3.12-slim` gives 3 and 12); nothing for one without, and for early releases."""
    match = _TAG.match(tag)
    return () if match is None or _EARLY.match(match["rest"]) else _numbers(match["version"])


def leaves_room(constraint: str, version: Version, ecosystem: str) -> bool:
    """Tell whether some version that begins with these numbers may satisfy a constraint; also where that is not certain."""
    wanted = _prefix(version)
    if ecosystem in ("go", "rust"):
        numbers = tag_version(constraint)
        return not numbers or _meet(wanted, (_filled(numbers), _ALL[1]))
    alternatives = constraint.replace("||", "|").split("|")
    found = [_interval(alternative.strip(), ecosystem) for alternative in alternatives]
    return any(interval is None or _meet(wanted, interval) for interval in found)


def _interval(text: str, ecosystem: str) -> Interval | None:
    """Return what all comparisons of a text leave, None where it is not understood. What is in doubt is left in."""
    if text in _ANY:
        return _ALL
    low, found, high = text.partition(" - ")
    if found:
        text = f">={low.strip()} <={high.strip()}"
    lowest, highest = _ALL
    position = 0
    while position < len(text):
        match = _COMPARED.match(text, position)
        if match is None:
            return None
        start, end = _compared(match["operator"] or "", _numbers(match["version"]), bool(match["wild"]), ecosystem)
        lowest, highest = max(lowest, start), min(highest, end)
        position = match.end()
    return lowest, highest


def _compared(operator: str, version: Version, wild: bool, ecosystem: str) -> Interval:
    first = _filled(version)
    if operator == "~" and ecosystem == "php":
        operator = "~>"
    same_series = _prefix(version[: max(len(version) - 1, 1)])[1]
    intervals = {
        "!=": _ALL,
        ">=": (first, _ALL[1]),
        ">": (first, _ALL[1]),
        "<": (_ALL[0], first),
        "<=": (_ALL[0], _prefix(version)[1]),
        "^": (first, (version[0] + 1, 0, 0)),
        "~>": (first, same_series),
        "~=": (first, same_series),
        "~": (first, _prefix(version[:2])[1]),
    }
    return intervals.get(operator) or _prefix(version if wild else version[:3])


def _prefix(version: Version) -> Interval:
    """Return all versions that begin with these numbers."""
    kept = version[:3]
    after = (*kept[:-1], kept[-1] + 1)
    return _filled(kept), _filled(after)


def _filled(version: Version) -> Version:
    return (*version[:3], 0, 0, 0)[:3]


def _numbers(text: str) -> Version:
    return tuple(int(part[:6]) for part in text.split("."))


def _meet(one: Interval, other: Interval) -> bool:
    return max(one[0], other[0]) < min(one[1], other[1])
