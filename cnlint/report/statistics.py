"""How often each check has a finding."""

from __future__ import annotations

from collections import Counter

from cnlint.report.text import summary
from cnlint.report.view import STYLES, View
from cnlint.scan import Scan


def render(scan: Scan, view: View) -> str:
    """Return a line for each check that has findings, those with the most first, and the summary."""
    counts = Counter((result.code, result.name, result.severity) for result in scan.results)
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    width = len(str(ranked[0][1])) if ranked else 0
    lines = [
        f"{count:>{width}}  {view.paint(f'{code} {severity}'.ljust(14), STYLES[severity])}  {name}\n"
        for (code, name, severity), count in ranked
    ]
    return "".join((*lines, "\n" if lines else "", summary(scan, view)))
