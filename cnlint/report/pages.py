"""The pages of checks: what their docstrings say, in parts."""

from __future__ import annotations

import re
from functools import lru_cache

from msgspec import Struct

from cnlint.checking import load
from cnlint.indexing import IndexEntry
from cnlint.patterns import lazy

_LINK = lazy(r"<(https?://[^>\s]+)>")
_SENTENCE = lazy(r"(?<=[.!?])\s+(?=[A-Z`*\"])")
_LONGEST_ADVICE = 100
_SEE_ALSO = lazy(r"^See also:", re.MULTILINE)
_IMPERATIVE = lazy(
    r"""(?:Instead, )?(?:Add|Allow|Ask|Bind|Bring|Build|Call|Catch|Choose|Commit|Copy|Create|Declare|Delete|Deploy|Do|Drop|End|Exit|Fail|Forward|
    Generate|Get|Give|Handle|Have|Hold|Inject|Install|Keep|Leave|Let|List|Listen|Log|Make|Mark|Mend|Mount|Move|Name|Pass|Pin|Point|Print|
    Push|Put|Raise|Read|Reference|Remove|Rename|Replace|Rotate|Run|Scale|Send|Set|Share|Split|Start|State|Stop|Store|Switch|Take|Tell|Track|
    Turn|Untrack|Use|Wait|Write|Please)\b""",
    re.VERBOSE,
)


class Page(Struct, frozen=True):
    """A check's page: its title, the text under it (Markdown), the first link of its "See also", and the advice.

    `advice` is the first sentence that tells what to do, which is one that begins with such a word (`Use`, `Declare`);
    empty where the page has none.
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
            if _IMPERATIVE.match(sentence):
                return _shortened(sentence.removeprefix("Instead, ").rstrip("."))
    return ""


def _shortened(sentence: str) -> str:
    """Return a sentence on one line of a terminal: without what stands in brackets, then without what follows a colon."""
    for aside in (r" \([^()]*\)", r"(?:: |; ).*"):
        if len(sentence) > _LONGEST_ADVICE:
            sentence = re.sub(aside, "", sentence)
    return sentence
