"""Values and places of the model as the graph shows them: with paths and lines, printable, and without secrets."""

from __future__ import annotations

from typing import Any

from cnlint.knowledge.secrets import redact
from cnlint.report.graph.records import Known, Place, State
from cnlint.report.texts import Texts
from cnlint.report.view import printable
from cnlint.source import Span
from cnlint.values import State as Knowledge
from cnlint.values import Value

_STATES: dict[Knowledge, State] = {
    Knowledge.STATED: "stated",
    Knowledge.DEFAULTED: "default",
    Knowledge.ABSENT: "absent",
    Knowledge.INAPPLICABLE: "inapplicable",
    Knowledge.UNKNOWN: "unknown",
}


class Places:
    """Turns spans into lines of files, each of which is read once and when it is first asked for."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts

    def place(self, span: Span | None) -> Place | None:
        """Return the file and first line of a span."""
        if span is None:
            return None
        found = self._texts.place(span)
        return Place(shown(found.path), found.start.line)

    def known(self, value: Value[Any], text: str | None = None) -> Known:
        """Return a value as it is shown; `text` is that of its content where it is no plain one."""
        content = ("" if value.content is None else str(value.content)) if text is None else text
        return Known(_STATES[value.state], shown(content) if value.is_known else "", shown(value.note), self.place(value.span))


def shown(text: str) -> str:
    """Return a text on one line, with what looks like a secret redacted and nothing that a terminal acts on."""
    return printable(" ".join(redact(text).split()))
