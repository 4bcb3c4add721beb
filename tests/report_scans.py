"""Scans as reports get them: files, and findings at places that a test names by their text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from cnlint.findings import Related, Result
from cnlint.indexing import IndexEntry
from cnlint.model.facts import Facts
from cnlint.model.system import Repository
from cnlint.report.view import View
from cnlint.scan import Scan
from cnlint.secret_places import secret_places
from cnlint.source import Span, decode
from tests.memory import MemoryTree

HERE = View("/memory", 80)


class Reported:
    """Files under `/memory`, in which findings are placed."""

    def __init__(self, files: Mapping[str, str | bytes]) -> None:
        self.tree = MemoryTree(files)

    def span(self, path: str, text: str, *, exact: bool = True) -> Span:
        """Return where `text` first stands in a file."""
        start = decode(self.tree.read(path))[0].index(text)
        return Span(self.tree.paths.index(path), start, start + len(text), exact)

    def result(self, span: Span, message: str = "something is wrong", **fields: object) -> Result:
        given: dict[str, object] = {
            "code": "CN9901", "name": "sample", "severity": "warning", "confidence": "certain", "subject": "it", "related": ()
        }  # fmt: skip
        return Result(message=message, span=span, **{**given, **fields})  # type: ignore[arg-type]

    def near(self, path: str, text: str, message: str) -> Related:
        return Related(self.span(path, text), message)

    def scan(
        self, *results: Result, facts: Iterable[Facts] = (), suppressed: tuple[Result, ...] = (), selected: tuple[IndexEntry, ...] = ()
    ) -> Scan:
        repository = Repository(self.tree.paths, tuple(facts))
        secrets = secret_places(repository.facts, repository.paths, frozenset(range(len(repository.paths))))
        return Scan(results, suppressed, selected, repository, self.tree, len(self.tree.paths), 0.04, secrets=secrets)
