"""Workflow commands: GitHub Actions shows each finding at its line of the pull request.

The form is that of <https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands>.
"""

from __future__ import annotations

from cnlint.findings import Severity
from cnlint.report.texts import Texts
from cnlint.report.view import View, printable
from cnlint.scan import Scan

_COMMANDS: dict[Severity, str] = {"error": "error", "warning": "warning", "note": "notice"}


def render(scan: Scan, view: View) -> str:
    """Return a workflow command for each finding; paths are relative to where the user stands."""
    texts = Texts(scan)
    lines = []
    for result in scan.results:
        place = texts.place(result.span)
        properties = {
            "file": view.path(scan.tree.root, place.path),
            "line": place.start.line,
            "endLine": place.end.line,
            "title": f"{result.code} {result.name}",
        }
        if result.span.exact and place.start.line == place.end.line:
            properties |= {"col": place.start.column, "endColumn": place.end.column}
        fields = ",".join(f"{name}={_property(str(value))}" for name, value in properties.items())
        lines.append(f"::{_COMMANDS[result.severity]} {fields}::{_data(printable(result.message))}\n")
    return "".join(lines)


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
