"""What a fix would change, as a unified diff. It is to be read, so secrets in it are masked: `--fix` applies it."""

from __future__ import annotations

from difflib import unified_diff
from io import StringIO

from cnlint.knowledge.secrets import redact
from cnlint.report.texts import Texts
from cnlint.report.view import Style, View, printable
from cnlint.source import decode

_STYLES = {"+": Style.ADDED, "-": Style.REMOVED, "@": Style.HELP}


def difference(path: str, shown_as: str, old: bytes, new: bytes, texts: Texts, view: View) -> str:
    """Return the unified diff between the old and the new bytes of the file at `path` (from the root)."""
    before = decode(old)[0]
    hidden = dict(zip(_lines(before), _lines(texts.masked(path, before)), strict=True)) if old else {}
    after = [hidden.get(line) or redact(line) for line in _lines(decode(new)[0])]
    lines = unified_diff([hidden[line] for line in _lines(before)], after, f"a/{shown_as}", f"b/{shown_as}")
    return "".join(_painted(line, view) for line in lines)


def _lines(text: str) -> list[str]:
    return StringIO(text, newline="\n").readlines()


def _painted(line: str, view: View) -> str:
    text = line.rstrip("\r\n")
    ending = "\n" if text != line else "\n\\ No newline at end of file\n"
    style = _STYLES.get(line[:1])
    shown = text[:1] + printable(text[1:]).replace(printable("\t"), "\t")
    return (view.paint(shown, style) if style else shown) + ending
