"""The report as JSON, for programs.

The form is stable: `version` rises when a field changes its meaning or goes away; fields may be added without that.

- `version` (1), `cnlint` (the version that wrote it), `files` (number of files read)
- `counts`: the number of findings by severity (`error`, `warning`, `note`)
- `findings`: in the order of path and place, each with
  `code`, `name`, `severity`, `confidence`, `message`;
  `path` (relative to where the user stands), `start` and `end` with `line` and `column` from 1 (`end` is the first
  column after the finding; columns count code points), `exact` (false where the place only encloses what is meant);
  `subject` and `about` (what the finding is about, by names that outlive edits), `system` (the folder of its system),
  `fingerprint` (stays the same when lines move);
  `because` (why it is shown although it stands in none of the files that were given; else empty);
  `related`: a list of `path`, `start`, `end`, `message`; `url` of the page that the check refers to
- `suppressed`: as `findings`, each with `suppression`: its `kind` (`inline`, `configuration`) and `reason`
"""

from __future__ import annotations

from typing import Any

import msgspec

import cnlint
from cnlint.findings import SEVERITIES, Result
from cnlint.report.fingerprints import fingerprints
from cnlint.report.pages import page
from cnlint.report.texts import Texts
from cnlint.report.view import View, printable
from cnlint.scan import Scan
from cnlint.source import Position, Span

VERSION = 1


def render(scan: Scan, view: View) -> str:
    """Return the findings of a scan as a JSON document."""
    report = {
        "version": VERSION,
        "cnlint": cnlint.__version__,
        "files": scan.files,
        "counts": {severity: sum(result.severity == severity for result in scan.results) for severity in reversed(SEVERITIES)},
        "findings": _findings(scan.results, scan, view),
        "suppressed": _findings(scan.suppressed, scan, view),
    }
    return msgspec.json.format(msgspec.json.encode(report), indent=2).decode() + "\n"


def _findings(results: tuple[Result, ...], scan: Scan, view: View) -> list[dict[str, Any]]:
    texts = Texts(scan)
    links = {entry.code: page(entry).link for entry in scan.selected if any(result.code == entry.code for result in results)}
    found = []
    for result, fingerprint in zip(results, fingerprints(results), strict=True):
        record = {
            "code": result.code,
            "name": result.name,
            "severity": result.severity,
            "confidence": result.confidence,
            "message": printable(result.message),
            **_place(result.span, texts, scan, view),
            "exact": result.span.exact,
            "subject": printable(result.subject),
            "about": printable(result.about),
            "system": printable(result.system),
            "fingerprint": fingerprint,
            "because": printable(result.because),
            "related": [{**_place(near.span, texts, scan, view), "message": printable(near.message)} for near in result.related],
            "url": links.get(result.code, ""),
        }
        if result.suppression is not None:
            record["suppression"] = {"kind": result.suppression.kind, "reason": printable(result.suppression.reason)}
        found.append(record)
    return found


def _place(span: Span, texts: Texts, scan: Scan, view: View) -> dict[str, Any]:
    place = texts.place(span)
    return {"path": view.path(scan.tree.root, place.path), "start": _position(place.start), "end": _position(place.end)}


def _position(position: Position) -> dict[str, int]:
    return {"line": position.line, "column": position.column}
