"""The report for people: place, code, message, excerpt with carets, related places, help, and a summary."""

from __future__ import annotations

from cnlint.findings import SEVERITIES, Related, Result
from cnlint.indexing import IndexEntry
from cnlint.report.excerpts import excerpt
from cnlint.report.pages import page
from cnlint.report.texts import Texts
from cnlint.report.view import STYLES, Style, View, plural, printable
from cnlint.scan import Scan
from cnlint.source import Span

_QUOTED_PLACES = 3
_NAMED_PLACES = 8


def render(scan: Scan, view: View) -> str:
    """Return the findings of a scan with their excerpts, and the summary."""
    texts = Texts(scan)
    entries = {entry.code: entry for entry in scan.selected}
    blocks = [_block(result, entries.get(result.code), texts, scan, view) for result in scan.results]
    return "\n".join([*blocks, summary(scan, view)])


def heading(result: Result, texts: Texts, scan: Scan, view: View) -> str:
    """Return the line that stands over a finding's excerpt: `path:line:col: CODE severity message [name]`."""
    severity = view.paint(f"{result.code} {result.severity}", STYLES[result.severity])
    doubt = " (possible)" if result.confidence == "possible" else ""
    name = view.paint(f"[{result.name}]", Style.FAINT)
    return f"{_located(result.span, texts, scan, view)}: {severity}{doubt} {view.paint(printable(result.message), Style.STRONG)} {name}"


def _block(result: Result, entry: IndexEntry | None, texts: Texts, scan: Scan, view: View) -> str:
    lines = [heading(result, texts, scan, view), *excerpt(texts, result.span, view, STYLES[result.severity])]
    for number, near in enumerate(result.related[:_NAMED_PLACES]):
        copy = texts.line(near.span) == texts.line(result.span)
        lines += _related(near, texts, scan, view, quoted=number < _QUOTED_PLACES and not copy)
    if len(result.related) > _NAMED_PLACES:
        lines.append(f"   and {plural(len(result.related) - _NAMED_PLACES, 'more place')}")
    if result.because:
        lines.append(f"   {view.paint('shown:', Style.HELP)} {printable(result.because)}")
    advice = page(entry).advice if entry is not None else ""
    if advice:
        lines.append(f"   {view.paint('help:', Style.HELP)} {printable(advice)}")
    return "\n".join(lines) + "\n"


def _related(near: Related, texts: Texts, scan: Scan, view: View, *, quoted: bool) -> list[str]:
    lines = [f"   {view.paint('see', Style.HELP)} {_located(near.span, texts, scan, view)}: {printable(near.message)}"]
    if quoted:
        lines += [f"  {line}" for line in excerpt(texts, near.span, view, Style.FRAME, around=0)]
    return lines


def _located(span: Span, texts: Texts, scan: Scan, view: View) -> str:
    place = texts.place(span)
    path = view.paint(view.path(scan.tree.root, place.path), Style.PLACE)
    return f"{path}:{place.start.line}:{place.start.column}"


def summary(scan: Scan, view: View) -> str:
    """Return the last line: the number of findings by severity, of files, and the time; and which a fix may mend."""
    counts = {severity: sum(result.severity == severity for result in scan.results) for severity in reversed(SEVERITIES)}
    parts = [view.paint(plural(count, severity), STYLES[severity]) for severity, count in counts.items() if count] or ["no findings"]
    parts += [f"{len(scan.suppressed)} ignored"] if scan.suppressed else []
    parts += [f"{scan.quiet} less severe not shown (--min-severity note)"] if scan.quiet else []
    found = f"{', '.join(parts)}; {plural(scan.files, 'file')} read in {scan.seconds:.1f} s"
    return f"{found}\n{_fixable(scan)}"


def _fixable(scan: Scan) -> str:
    """Return a line on how many findings a fix may mend; nothing for none."""
    counts = {
        flag: sum(result.fix == kind for result in scan.results) for kind, flag in (("safe", "--fix"), ("unsafe", "--fix --unsafe-fixes"))
    }
    parts = [f"{count} with {flag}" for flag, count in counts.items() if count]
    return f"fixes may mend {', '.join(parts)} (--diff shows how)\n" if parts else ""
