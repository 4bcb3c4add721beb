"""SARIF 2.1.0, for GitHub code scanning and every other viewer.

The standard: <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>. What GitHub makes of it:
<https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning>.
"""

from __future__ import annotations

import os
from typing import Any
from urllib.parse import quote

import msgspec

import cnlint
from cnlint.findings import Result, Severity
from cnlint.indexing import IndexEntry
from cnlint.knowledge.secrets import words
from cnlint.report.fingerprints import fingerprints, line_hashes
from cnlint.report.pages import Page, page
from cnlint.report.texts import Texts
from cnlint.report.topics import TOPICS, Topic, topic
from cnlint.report.view import View, printable
from cnlint.scan import Scan
from cnlint.source import Span

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_ROOT = "%SRCROOT%"
_TAXONOMY = "twelve-factor"
_LONGEST_SNIPPET = 20
_LEVELS: dict[Severity, str] = {"error": "error", "warning": "warning", "note": "note"}
_PROBLEMS: dict[Severity, str] = {"error": "error", "warning": "warning", "note": "recommendation"}
_PRECISION: dict[str, str] = {"core": "very-high", "recommended": "high", "pedantic": "medium"}
_SECURITY: dict[str, str] = {"error": "8.0", "warning": "5.5", "note": "3.0"}
"""Scores as GitHub reads them: high from 7.0, medium from 4.0, low below."""
_SECRET_WORDS = frozenset("secret secrets credential credentials password passwords token tokens".split())
_SECURITY_TOPICS = frozenset({"least_privilege", "mesh"})


def render(scan: Scan, _: View) -> str:
    """Return a SARIF log with one run. Paths are relative to the repository's root, wherever the user stands."""
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [_run(scan)]}
    return msgspec.json.format(msgspec.json.encode(log), indent=2).decode() + "\n"


def _run(scan: Scan) -> dict[str, Any]:
    results = (*scan.results, *scan.suppressed)
    texts = Texts(scan)
    places = [span.file for result in results for span in (result.span, *(near.span for near in result.related))]
    artifacts = {file: number for number, file in enumerate(dict.fromkeys(places))}
    rules = {entry.code: number for number, entry in enumerate(scan.selected)}
    names = zip(results, fingerprints(results), line_hashes(results, texts), strict=True)
    return {
        "tool": {"driver": _driver(scan.selected)},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The root of the repository."}}},
        "invocations": [{"executionSuccessful": True}],
        "artifacts": [{"location": {"uri": _uri(scan.repository.paths[file]), "uriBaseId": _ROOT}} for file in artifacts],
        "taxonomies": [_taxonomy()],
        "results": [_Writer(texts, artifacts, rules).result(*name) for name in names],
    }


def _driver(selected: tuple[IndexEntry, ...]) -> dict[str, Any]:
    return {
        "name": "cnlint",
        "version": cnlint.__version__,
        "semanticVersion": cnlint.__version__,
        "rules": [_rule(entry, page(entry)) for entry in selected],
        "supportedTaxonomies": [{"name": _TAXONOMY, "index": 0}],
    }


def _rule(entry: IndexEntry, text: Page) -> dict[str, Any]:
    chapter = topic(entry)
    properties: dict[str, Any] = {
        "tags": _tags(entry, chapter),
        "precision": _PRECISION[entry.tier],
        "problem.severity": _PROBLEMS[_severity(entry)],
    }
    if _is_security(entry):
        properties["security-severity"] = _SECURITY[entry.severity]
    rule: dict[str, Any] = {
        "id": entry.code,
        "name": entry.name,
        "shortDescription": {"text": entry.title},
        "fullDescription": {"text": text.summary or entry.title},
        "help": {"text": f"{entry.title}\n\n{text.text}", "markdown": f"# {entry.title}\n\n{text.text}"},
        "defaultConfiguration": {"level": _LEVELS[_severity(entry)]},
        "properties": properties,
    }
    if text.link:
        rule["helpUri"] = text.link
    if entry.aliases:
        rule["deprecatedIds"] = list(entry.aliases)
    if chapter.factor:
        rule["relationships"] = [
            {"target": {"id": chapter.factor, "toolComponent": {"name": _TAXONOMY, "index": 0}}, "kinds": ["relevant"]}
        ]
    return rule


def _severity(entry: IndexEntry) -> Severity:
    return next(level for level in _LEVELS if level == entry.severity)


def _is_security(entry: IndexEntry) -> bool:
    return entry.topic in _SECURITY_TOPICS or not _SECRET_WORDS.isdisjoint(words(entry.name))


def _tags(entry: IndexEntry, chapter: Topic) -> list[str]:
    tags = [chapter.folder.replace("_", "-"), *([f"twelve-factor/{chapter.factor}"] if chapter.factor else ["cloud-native"])]
    return [*tags, "security"] if _is_security(entry) else tags


def _taxonomy() -> dict[str, Any]:
    return {
        "name": _TAXONOMY,
        "organization": "12factor.net",
        "informationUri": "https://12factor.net",
        "shortDescription": {"text": "The twelve factors of applications that run as a service."},
        "isComprehensive": True,
        "taxa": [
            {"id": chapter.factor, "name": chapter.title, "shortDescription": {"text": chapter.asks}, "helpUri": chapter.uri}
            for chapter in TOPICS
            if chapter.factor
        ],
    }


class _Writer:
    """Turns results into SARIF's; `artifacts` and `rules` are indexes by file and by code."""

    def __init__(self, texts: Texts, artifacts: dict[int, int], rules: dict[str, int]) -> None:
        self.texts = texts
        self.artifacts = artifacts
        self.rules = rules

    def result(self, result: Result, fingerprint: str, line_hash: str) -> dict[str, Any]:
        """Return one result."""
        written: dict[str, Any] = {
            "ruleId": result.code,
            "ruleIndex": self.rules[result.code],
            "level": _LEVELS[result.severity],
            "message": {"text": _message(result)},
            "locations": [{"physicalLocation": self.location(result.span)}],
            "partialFingerprints": {"primaryLocationLineHash": line_hash, "cnlint/v1": fingerprint},
            "properties": {"confidence": result.confidence, "subject": printable(result.subject), "about": printable(result.about)},
        }
        if result.related:
            written["relatedLocations"] = [
                {"id": number, "physicalLocation": self.location(near.span), "message": {"text": printable(near.message)}}
                for number, near in enumerate(result.related, 1)
            ]
        if result.suppression is not None:
            kind = "inSource" if result.suppression.kind == "inline" else "external"
            written["suppressions"] = [{"kind": kind, "status": "accepted"}]
            if result.suppression.reason:
                written["suppressions"][0]["justification"] = printable(result.suppression.reason)
        return written

    def location(self, span: Span) -> dict[str, Any]:
        """Return a physical location; columns and snippet only where the span is exact and of moderate length."""
        place = self.texts.place(span)
        region: dict[str, Any] = {"startLine": place.start.line}
        if place.end > place.start:
            region |= {"endLine": place.end.line}
            if span.exact:
                region |= {"startColumn": place.start.column, "endColumn": place.end.column}
            if span.exact and place.end.line - place.start.line < _LONGEST_SNIPPET:
                region["snippet"] = {"text": self.texts.snippet(span)}
        uri = {"uri": _uri(place.path), "uriBaseId": _ROOT, "index": self.artifacts[span.file]}
        return {"artifactLocation": uri, "region": region}


def _message(result: Result) -> str:
    """Return the message with links to the related places, which viewers follow by their ids."""
    text = _plain(result.message)
    if not result.related:
        return text
    links = ", ".join(f"[{_plain(near.message)}]({number})" for number, near in enumerate(result.related, 1))
    return f"{text} (see {links})"


def _plain(text: str) -> str:
    return printable(text).replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")


def _uri(path: str) -> str:
    return quote(os.fsencode(path))
