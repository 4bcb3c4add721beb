"""What a fix would change, as a unified diff that `git apply` and `patch` take."""

from __future__ import annotations

from difflib import unified_diff

from cnlint.report.view import Style, View
from cnlint.source import decode


def difference(path: str, old: bytes, new: bytes, view: View) -> str:
    """Return the unified diff between a file's old and new bytes."""
    lines = unified_diff(_lines(old), _lines(new), f"a/{path}", f"b/{path}")
    return "".join(_painted(line, view) for line in lines)


def _lines(data: bytes) -> list[str]:
    return decode(data)[0].splitlines(keepends=True)


def _painted(line: str, view: View) -> str:
    ending = "\n" if line.endswith("\n") else "\n\\ No newline at end of file\n"
    text = line.rstrip("\n")
    style = {"+": Style.ADDED, "-": Style.REMOVED, "@": Style.HELP}.get(line[:1])
    return (view.paint(text, style) if style else text) + ending
