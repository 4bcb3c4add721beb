"""The pages of checks: what their docstrings say, in parts."""

from __future__ import annotations

import re
from functools import lru_cache

from msgspec import Struct

from cnlint.checking import load
from cnlint.indexing import IndexEntry

_LINK = re.compile(r"<(https?://[^>\s]+)>")
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z`*\"])")
_SEE_ALSO = re.compile(r"^See also:", re.MULTILINE)
_ADVICE = "Instead,"


class Page(Struct, frozen=True):
    """A check's page: its title, the text under it (Markdown), the first link of its "See also", and the advice.

    `advice` is the sentence that tells what to do instead, without the word "Instead" that begins it; empty where the
    page has none.
    """

    title: str
    text: str
    link: str
    advice: str

    @property
    def summary(self) -> str:
        """Return the first paragraph under the title."""
        return " ".join(self.text.partition("\n\n")[0].split())


@lru_cache(maxsize=512)
def page(entry: IndexEntry) -> Page:
    """Return the page of a check."""
    title, _, text = load([entry])[0].page.partition("\n")
    text = text.strip()
    see_also = _SEE_ALSO.search(text)
    link = _LINK.search(text, see_also.start()) if see_also else None
    return Page(title, text, link[1] if link else "", _advice(text))


def _advice(text: str) -> str:
    for paragraph in text.split("\n\n"):
        for sentence in _SENTENCE.split(" ".join(paragraph.split())):
            if sentence.startswith(_ADVICE):
                advice = sentence.removeprefix(_ADVICE).strip().rstrip(".")
                return advice[:1].upper() + advice[1:]
    return ""
