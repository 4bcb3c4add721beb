"""The report of one line a finding, as editors and `grep` take it."""

from __future__ import annotations

from cnlint.report.texts import Texts
from cnlint.report.view import View, printable
from cnlint.scan import Scan


def render(scan: Scan, view: View) -> str:
    """Return a line `path:line:col: CODE severity message` for each finding."""
    texts = Texts(scan)
    lines = []
    for result in scan.results:
        place = texts.place(result.span)
        where = f"{view.path(scan.tree.root, place.path)}:{place.start.line}:{place.start.column}"
        lines.append(f"{where}: {result.code} {result.severity} {printable(result.message)}\n")
    return "".join(lines)
