"""How a report is seen: where the user stands, how wide the terminal is, whether it shows colours."""

from __future__ import annotations

import os
import re
from enum import StrEnum

from msgspec import Struct

from cnlint.findings import Severity
from cnlint.patterns import lazy


class Style(StrEnum):
    """The colours of a report, as parameters of the terminal's escape sequence."""

    PLACE = "1"
    ERROR = "1;31"
    WARNING = "1;33"
    NOTE = "1;36"
    FRAME = "34"
    FAINT = "2"
    HELP = "36"
    STRONG = "1"
    ADDED = "32"
    REMOVED = "31"


STYLES: dict[Severity, Style] = {"error": Style.ERROR, "warning": Style.WARNING, "note": Style.NOTE}


class View(Struct, frozen=True):
    """Where the user stands (`folder`, absolute), the width of lines in cells, and whether colours are shown."""

    folder: str
    width: int = 120
    colour: bool = False

    def paint(self, text: str, style: Style) -> str:
        """Return `text` in a style, or as it is where there are no colours."""
        return f"\x1b[{style}m{text}\x1b[0m" if self.colour and text else text

    def path(self, root: str, path: str) -> str:
        """Return a path from the repository's root as the user would write it where they stand."""
        full = f"{root}/{path}"
        try:
            return printable(os.path.relpath(full, self.folder))
        except ValueError:  # another drive
            return printable(full)


_CONTROL = lazy("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")


def printable(text: str) -> str:
    """Return `text` with every character that a terminal would act on, or hide, replaced by one that shows it."""
    return text if text.isascii() and text.isprintable() else _CONTROL.sub(_picture, text)


def _picture(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < 0x20:
        return chr(0x2400 + code)
    return "\u2421" if code == 0x7F else "\ufffd"


def cells(text: str) -> int:
    """Return how many cells of a terminal `text` takes."""
    if text.isascii():
        return len(text)
    from unicodedata import category, east_asian_width

    return sum(0 if category(char) in ("Mn", "Me", "Cf") else 2 if east_asian_width(char) in "WF" else 1 for char in text)


def plural(count: int, word: str) -> str:
    """Return a number with its word: `1 file`, `2 files`."""
    return f"{count:,} {word}{'' if count == 1 else 's'}"
