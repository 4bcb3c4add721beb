"""Where output goes: streams that may be closed, may not know a character, and may or may not be a terminal."""

from __future__ import annotations

import os
import sys
from time import monotonic
from typing import TextIO

from cnlint.report.view import View


class Console:
    """A stream that output is written to. A reader that has gone away (`cnlint check | head`) is no error."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream

    @property
    def is_terminal(self) -> bool:
        """Tell whether a person looks at it."""
        return self.stream.isatty()

    def write(self, text: str) -> None:
        """Write `text`; characters that the stream's encoding lacks become question marks."""
        encoding = self.stream.encoding or "utf-8"
        try:
            self.stream.write(text.encode(encoding, "replace").decode(encoding))
            self.stream.flush()
        except BrokenPipeError:
            # what the interpreter flushes at its end must have somewhere to go
            os.dup2(os.open(os.devnull, os.O_WRONLY), self.stream.fileno())

    def view(self) -> View:
        """Return how a report is seen here: width and colours by the terminal and the user's environment."""
        width = 120
        if self.is_terminal or os.environ.get("COLUMNS"):
            from shutil import get_terminal_size

            width = get_terminal_size((120, 24)).columns
        return View(os.getcwd(), max(40, width), self._has_colours())  # noqa: PTH109 - a text, and no import of pathlib

    def _has_colours(self) -> bool:
        """Tell whether to use colours: `NO_COLOR` (<https://no-color.org>), `FORCE_COLOR`, else if it is a terminal."""
        if os.environ.get("NO_COLOR"):
            return False
        if os.environ.get("FORCE_COLOR", "0") not in ("", "0"):
            return True
        return self.is_terminal and os.environ.get("TERM") != "dumb"


class Progress:
    """A bar on a terminal's standard error, once the work has taken a second; nothing elsewhere."""

    _WIDTH = 30
    _AFTER = 1.0
    _EVERY = 0.1

    def __init__(self) -> None:
        self._console = Console(sys.stderr)
        self._next = monotonic() + self._AFTER if self._console.is_terminal else float("inf")
        self._shown = False

    def __call__(self, done: int, total: int) -> None:
        """Show that `done` of `total` units are read."""
        now = monotonic()
        if now < self._next:
            return
        self._next = now + self._EVERY
        self._shown = True
        filled = self._WIDTH * done // max(1, total)
        self._console.write(f"\rreading [{'#' * filled}{'.' * (self._WIDTH - filled)}] {done}/{total}")

    def close(self) -> None:
        """Take the bar away."""
        if self._shown:
            self._console.write("\r\x1b[K")
            self._shown = False
