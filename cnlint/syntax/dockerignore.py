"""`.dockerignore` files, and what they keep out of a build's context.

Source: <https://docs.docker.com/build/concepts/context/#dockerignore-files>
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable
from functools import lru_cache

from cnlint.patterns import lazy
from cnlint.source import Source, Span
from cnlint.syntax.document import Comment, Document
from cnlint.syntax.extents import Extents

_LINE = lazy(r"[^\r\n]+")
_PART = lazy(r"(\*\*)(/|$)?|(\*)|(\?)|\\(.)|(\[\^?(?:\\.|[^\]\\])+\])|(.)", re.DOTALL)
_IN_SET = lazy(r"\\(.)|--+|[\[&~|^]", re.DOTALL)
_REPEATS = lazy(r"\*{3,}")
_MAXIMUM_STARS = 8


class IgnoreRule:
    """A rule as written, without blanks around it, and where it stands."""

    __slots__ = ("span", "text")

    def __init__(self, text: str, span: Span) -> None:
        self.text = text
        self.span = span


def parse(source: Source) -> Document[tuple[IgnoreRule, ...]]:
    """Return the rules in order. Never raises."""
    rules: list[IgnoreRule] = []
    places: list[tuple[int, int]] = []
    comments: list[Comment] = []
    for match in _LINE.finditer(source.text):
        line = match[0]
        text = line.strip()
        start = match.start() + len(line) - len(line.lstrip())
        if line.startswith("#"):
            body = line.lstrip("#").strip()
            at = match.end() - len(line.lstrip("#").lstrip())
            comments.append(Comment(body, source.span(at, at + len(body)), False))
        elif text:
            rules.append(IgnoreRule(text, source.span(start, start + len(text))))
            places.append((start, start + len(text)))
    return Document(source, tuple(rules), tuple(comments), Extents(source, places))


def is_ignored(rules: Iterable[str], path: str) -> bool:
    """Tell whether `path`, relative to the context's root, is kept out of the context: the last rule that matches decides.

    A rule also matches everything in a folder that it matches; `!` before a rule brings back.
    """
    return ignorer(tuple(rules))(path)


@lru_cache(maxsize=256)
def ignorer(rules: tuple[str, ...]) -> Callable[[str], bool]:
    """Return `is_ignored` for these rules, for whoever asks of many files: rules of one kind in a row become one pattern."""
    runs: list[tuple[bool, list[str]]] = []
    for rule in rules:
        brings_back = rule.startswith("!")
        pattern = _pattern(rule[brings_back:].strip())
        if pattern is None:
            continue
        if not runs or runs[-1][0] != brings_back:
            runs.append((brings_back, []))
        runs[-1][1].append(pattern)
    compiled = [(brings_back, re.compile(f"(?:{'|'.join(patterns)})(?:/|\\Z)", re.DOTALL)) for brings_back, patterns in runs]

    def ignored(path: str) -> bool:
        path = posixpath.normpath(path).lstrip("/")
        answer = False
        for brings_back, pattern in compiled:
            if brings_back == answer and pattern.match(path):
                answer = not brings_back
        return answer

    return ignored


def _set(group: str) -> str:
    """Return a set of characters in which only `-`, and `^` at the start, mean something."""
    start = 1 + group.startswith("[^")
    return group[:start] + _IN_SET.sub(lambda match: re.escape(match[1] or match[0]), group[start:-1]) + "]"


@lru_cache(maxsize=4096)
def _pattern(rule: str) -> str | None:
    """Return a rule as a pattern of paths, None for one that Docker would refuse or that matches nothing."""
    cleaned = posixpath.normpath(rule).lstrip("/") if rule else ""
    if not cleaned or cleaned == "." or cleaned.count("*") > _MAXIMUM_STARS * 2:
        return None
    parts: list[str] = []
    for match in _PART.finditer(_REPEATS.sub("**", cleaned)):
        deep, slash, star, one, escaped, group, plain = match.groups()
        if deep:
            parts.append("(?:.*/)?" if slash == "/" else ".*" if slash == "" else "(?:.*/)?")
        elif star:
            parts.append("[^/]*+" if match.end() == len(cleaned) else "[^/]*")
        elif one:
            parts.append("[^/]")
        else:
            parts.append(_set(group) if group else re.escape(escaped or plain))
    pattern = "".join(parts)
    try:
        re.compile(pattern)
    except re.error:
        return None
    return pattern
