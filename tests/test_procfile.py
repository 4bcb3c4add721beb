"""Procfiles: process types with their commands."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnlint.assembly.unit import Unit
from cnlint.model.command import Word
from cnlint.model.project import ProcessType
from cnlint.readers.procfile import read
from cnlint.source import Source
from cnlint.syntax.document import SyntaxFailure
from cnlint.syntax.procfile import parse

SAMPLE = """\
# how it runs
release: python manage.py migrate --noinput
web: gunicorn shop.wsgi -b 0.0.0.0:$PORT

worker:   celery -A shop worker\r
"""


def words(one: ProcessType) -> tuple[Word, ...]:
    assert one.command.content is not None
    return one.command.content.words


def test_process_types() -> None:
    facts = read(parse(Source(SAMPLE, "Procfile", 0)).root, Unit("procfile", "Procfile", ("Procfile",)))
    commands = {one.name: [word.text for word in words(one)] for one in facts.process_types}
    assert commands == {
        "release": ["python", "manage.py", "migrate", "--noinput"],
        "web": ["gunicorn", "shop.wsgi", "-b", "0.0.0.0:$PORT"],
        "worker": ["celery", "-A", "shop", "worker"],
    }
    assert [SAMPLE[one.span.start : one.span.end].partition(":")[0] for one in facts.process_types] == ["release", "web", "worker"]


def test_words_stand_where_their_spans_lead() -> None:
    for one in read(parse(Source(SAMPLE, "Procfile", 0)).root, Unit("procfile", "Procfile", ("Procfile",))).process_types:
        assert [SAMPLE[word.span.start : word.span.end] for word in words(one)] == [word.text for word in words(one)]


def test_comments_cover_the_line_below() -> None:
    document = parse(Source(SAMPLE, "Procfile", 0))
    span = document.extent(document.comments[0].span.start)
    assert SAMPLE[span.start : span.end].startswith("release:")


@pytest.mark.parametrize("text", ["web gunicorn", "web:", "web: \n", "{% if x %}"])
def test_not_a_process_type(text: str) -> None:
    with pytest.raises(SyntaxFailure):
        parse(Source(text, "Procfile", 0))


@given(st.text(alphabet="ab:# \n\r\t'\"$|&", max_size=40) | st.text(max_size=30))
@settings(max_examples=200, deadline=None)
def test_no_text_makes_it_raise(text: str) -> None:
    with suppress(SyntaxFailure):
        read(parse(Source(text, "Procfile", 0)).root, Unit("procfile", "Procfile", ("Procfile",)))
