"""Configuration files with places where variables of the environment are put in; all else in them means nothing here."""

from __future__ import annotations

from cnlint.model.project import Substitution
from cnlint.source import Source
from cnlint.syntax.document import Document
from cnlint.syntax.substituted import template_names
from cnlint.values import Items


def parse(source: Source) -> Document[Items[Substitution]]:
    """Return the names in a file as a document. Never raises."""
    whole = source.span(0, len(source.text))
    return Document(source, template_names(source), (), lambda _: whole)
