"""A repository to results: the chosen checks are run, what the user ignores is set aside, and cnlint's own checks follow."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from msgspec import Struct, structs

from cnlint.checking import Check, load
from cnlint.config import Config, ConfiguredIgnore, error_at, matching, most_like, options_of, shows_advice, table_of
from cnlint.engine import Outcome, run
from cnlint.findings import SEVERITIES, Confidence, Result
from cnlint.indexing import IndexEntry
from cnlint.model.facts import Facts, UnusedIgnore
from cnlint.model.system import Repository
from cnlint.scopes import record_types, subjects
from cnlint.source import Span
from cnlint.suppression import Ignores
from cnlint.targeting import chosen as chosen_targets
from cnlint.toml_text import TomlText

OWN = frozenset({"Problem", "Crash", "UnusedIgnore"})
"""Subjects of cnlint's own checks, which run last, over what the run itself has left behind."""

Results = tuple[Result, ...]


class Judge:
    """Runs the chosen ones of all checks over repositories; `root` is the absolute folder of their files."""

    def __init__(self, config: Config, entries: tuple[IndexEntry, ...], chosen: tuple[IndexEntry, ...], root: str) -> None:
        self._config = config
        self._entries = entries
        self._chosen = chosen
        self._root = root
        self._names = {entry.name: frozenset({entry.name, entry.code, *entry.aliases}) for entry in self._entries}

    def __call__(self, repository: Repository, hidden: Callable[[str], bool]) -> tuple[Results, Results]:
        """Return the results that are shown and those that are suppressed; `hidden` tells which paths nobody asked about."""
        ignores = Ignores((ignore for facts in repository.facts for ignore in facts.ignores), self._config)
        first = self._run(repository, hidden, own=False)
        kept, suppressed = self._suppress(first.results, ignores, repository)
        own = Facts("cnlint", "", crashes=first.crashes, unused_ignores=tuple(self._unused(ignores, repository)))
        after = structs.replace(repository, facts=(*repository.facts, own))
        last = self._run(after, hidden, own=True)
        more, also = self._suppress(last.results, ignores, repository)
        return in_order((*kept, *more), repository), in_order((*suppressed, *also), repository)

    def _run(self, repository: Repository, hidden: Callable[[str], bool], *, own: bool) -> Outcome:
        types = record_types()
        entries = [entry for entry in self._chosen if own is not OWN.isdisjoint(entry.subjects)]
        found = subjects(repository, frozenset(types[name] for entry in entries for name in entry.subjects if name in types))
        if not own and self._config.target:
            belongs = chosen_targets(self._config, repository)
            found = {kind: [scope for scope in inside if belongs(scope)] for kind, inside in found.items()}
        present = (entry for entry in entries if any(name not in types or types[name] in found for name in entry.subjects))
        return run(repository, load(present), lambda check: options_for(check, self._config), hidden, found)

    def _suppress(self, results: Results, ignores: Ignores, repository: Repository) -> tuple[list[Result], list[Result]]:
        kept, suppressed = [], []
        for result in results:
            if not _confident(result.confidence, self._config.min_confidence):
                continue
            suppression = ignores.suppression(result, repository.paths[result.span.file], self._names[result.name])
            if suppression is None:
                kept.append(result)
            else:
                suppressed.append(structs.replace(result, suppression=suppression))
        return kept, suppressed

    def _unused(self, ignores: Ignores, repository: Repository) -> Iterator[UnusedIgnore]:
        """Return the names in ignores that suppressed nothing although their checks have run, and on everything."""
        if self._config.target:
            return
        checked = {name for entry in self._chosen for name in self._names[entry.name]}
        known = {name for group in self._names.values() for name in group}
        everything = len(self._chosen) == len(self._entries)
        for _, name, span in ignores.unused():
            if name and name not in known:
                yield UnusedIgnore(name, False, span, most_like(name, known))
            elif name in checked or (not name and everything):
                yield UnusedIgnore(name, True, span)
        for ignore, selector in ignores.unused_configured():
            place = self._place(ignore, selector, repository)
            if place is not None and all(entry in self._chosen for entry in matching(selector, self._entries)):
                yield UnusedIgnore(selector, True, place)

    def _place(self, ignore: ConfiguredIgnore, selector: str, repository: Repository) -> Span | None:
        """Return where a selector stands in the configuration file; None where that is no file of the repository."""
        path = os.path.relpath(self._config.path, self._root).replace(os.sep, "/")
        if path not in repository.paths:
            return None
        text = Path(self._config.path).read_text("utf-8-sig")
        keys = (*table_of(self._config.path), "ignores", str(ignore.position), "checks")
        start = sum(map(len, text.splitlines(keepends=True)[: TomlText(text).line(keys) - 1]))
        at = max(text.find(f'"{selector}"', start), text.find(f"'{selector}'", start), start - 1) + 1
        return Span(repository.paths.index(path), at, at + (len(selector) if at > start else 0), at > start)


def options_for(check: Check, config: Config) -> Struct | None:
    """Return a check's options: its own of the configuration, and what the configuration says for all checks."""
    if check.options is None:
        return None
    given = options_of(config, check.name, check.options)
    if config.kube_version and "kube_version" in check.options.__struct_fields__:
        return structs.replace(given, kube_version=config.kube_version)
    return given


def check_options(config: Config, entries: tuple[IndexEntry, ...]) -> None:
    """Raise `ConfigError` for options of what is no check, of a check that takes none, and of a kind that it does not take."""
    for name in config.checks:
        found = matching(name, entries, config)
        if name != found[0].name:
            raise error_at(config, f"options are given by a check's name: {found[0].name!r}, not {name!r}", "checks", name)
        check = load(found)[0]
        if check.options is None:
            raise error_at(config, f"{name} takes no options", "checks", name)
        options_of(config, name, check.options)


def bad_enough(config: Config, entries: tuple[IndexEntry, ...]) -> Callable[[Result], bool]:
    """Return what tells whether a result is so bad that it is shown."""
    least = SEVERITIES.index(config.min_severity or "note")
    advises = shows_advice(config, entries)
    return lambda result: SEVERITIES.index(result.severity) >= least and (result.severity != "note" or advises(result.code))


def in_order(results: Iterable[Result], repository: Repository) -> Results:
    """Return results by path and place, the worst first where these are equal."""
    severity = {name: number for number, name in enumerate(reversed(SEVERITIES))}
    return tuple(
        sorted(results, key=lambda r: (repository.paths[r.span.file], r.span.start, severity[r.severity], r.code, r.about, r.message))
    )


def _confident(confidence: Confidence, minimum: Confidence) -> bool:
    return confidence == "certain" or minimum == "possible"
