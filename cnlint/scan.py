"""A tree and a configuration to findings: the one function that the command line, tests, benchmark and editors call."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from time import perf_counter

from msgspec import Struct, structs

from cnlint.checking import Check, index, load
from cnlint.config import Config, check_patterns, ignored_by_path, most_like, options_of, selected
from cnlint.discover import discover
from cnlint.engine import Outcome, run
from cnlint.findings import SEVERITIES, Confidence, Result
from cnlint.history import before
from cnlint.indexing import IndexEntry
from cnlint.knowledge.silent_paths import is_prose, silent
from cnlint.model.facts import Facts, UnusedIgnore
from cnlint.model.system import Repository
from cnlint.reading import Readings, TreeFiles
from cnlint.repository.link import link
from cnlint.scopes import record_types, subjects
from cnlint.suppression import Ignores
from cnlint.tree import Tree, shows

OWN = frozenset({"Problem", "Crash", "UnusedIgnore"})
"""Subjects of cnlint's own checks, which run last, over what the run itself has left behind."""


class Scan(Struct, frozen=True):
    """What a scan found. `results` are shown, `suppressed` are not and say why; both sorted by path and place.

    `selected` are the checks that were asked for, `files` the number of files read, `seconds` the wall time.
    """

    results: tuple[Result, ...]
    suppressed: tuple[Result, ...]
    selected: tuple[IndexEntry, ...]
    repository: Repository
    tree: Tree
    files: int
    seconds: float


def scan(tree: Tree, config: Config, progress: Callable[[int, int], None] | None = None, *, commit: bool = False) -> Scan:
    """Scan a tree.

    The whole tree is the context. Where the user named paths (`tree.named`), shown are the findings that touch one of
    them by their primary or a related place; and of those that stand elsewhere the ones that the named files have
    caused: where these have changed since the last commit, what was not there before, else what depends on one of them
    (`Result.evidence`). `commit` tells that nobody named the files but that they are those of a commit: what is silent
    by default stays so. `progress` is told the units read and their number. Raises `ConfigError` for a selector that
    names no check, and for options that a check does not have.
    """
    start = perf_counter()
    entries = index()
    chosen = selected(config, entries)
    if tree.named and all(is_prose(name) for name in tree.named):
        return Scan((), (), chosen, Repository((), ()), tree, 0, perf_counter() - start)
    readings = Readings(TreeFiles(tree))
    repository, files = _read(readings, config, progress)
    asked = frozenset("" if commit else name for name in tree.named)
    results, suppressed = _judge(repository, config, entries, chosen, lambda path: silent(path, asked))
    if "" not in tree.named:
        named = frozenset(tree.named)
        here = [result for result in results if _touches(result, repository, named)]
        elsewhere = [result for result in results if not _touches(result, repository, named)]
        results = _sorted((*here, *_caused(elsewhere, readings, repository, config)), repository)
        suppressed = tuple(result for result in suppressed if _touches(result, repository, named))
    return Scan(results, suppressed, chosen, repository, tree, files, perf_counter() - start)


def read(tree: Tree, config: Config, progress: Callable[[int, int], None] | None = None) -> tuple[Repository, int]:
    """Return the linked repository of a tree, and the number of files read."""
    return _read(Readings(TreeFiles(tree)), config, progress)


def _read(readings: Readings, config: Config, progress: Callable[[int, int], None] | None) -> tuple[Repository, int]:
    check_patterns(config)
    units = discover(readings.files.tree, config.exclude)
    facts = []
    for number, unit in enumerate(units, 1):
        facts.append(readings.read(unit))
        if progress is not None:
            progress(number, len(units))
    return link(tuple(facts), tuple(readings.files.paths), config.environments), sum(len(unit.files) for unit in units)


def _caused(elsewhere: list[Result], readings: Readings, repository: Repository, config: Config) -> Iterable[Result]:
    """Return those findings which the files that the user named have caused, though they stand elsewhere."""
    tree = readings.files.tree
    past = before(tree) if elsewhere else None
    if past is None:
        named = frozenset(tree.named)
        return [result for result in elsewhere if any(repository.paths[file] in named for file in result.evidence)]
    facts, paths = readings.earlier(discover(past, config.exclude), past, past.old)
    entries = index()
    concerned = {result.code for result in elsewhere}
    chosen = tuple(entry for entry in entries if entry.code in concerned)
    known, _ = _judge(link(facts, paths, config.environments), config, entries, chosen, lambda _: False)
    there = {(paths[result.span.file], result.code, result.subject, result.about) for result in known}
    return [one for one in elsewhere if (repository.paths[one.span.file], one.code, one.subject, one.about) not in there]


def _judge(
    repository: Repository, config: Config, entries: tuple[IndexEntry, ...], chosen: tuple[IndexEntry, ...], hidden: Callable[[str], bool]
) -> tuple[tuple[Result, ...], tuple[Result, ...]]:
    """Run the chosen checks, suppress what the user ignores, and then run cnlint's own checks over what that left."""
    names = {entry.name: frozenset({entry.name, entry.code, *entry.aliases}) for entry in entries}
    ignores = Ignores(ignore for facts in repository.facts for ignore in facts.ignores)
    first = _run(repository, config, [entry for entry in chosen if OWN.isdisjoint(entry.subjects)], hidden)
    kept, suppressed = _suppress(first.results, names, ignores, config, repository)
    checked = {name for entry in chosen for name in names[entry.name]}
    known = {name for group in names.values() for name in group}
    everything = len(chosen) == len(entries)
    unused = tuple(
        UnusedIgnore(name, not name or name in known, span, "" if not name or name in known else most_like(name, known))
        for _, name, span in ignores.unused()
        if name in checked or (name and name not in known) or (not name and everything)
    )
    own = Facts("cnlint", "", crashes=first.crashes, unused_ignores=unused)
    after = structs.replace(repository, facts=(*repository.facts, own))
    last = _run(after, config, [entry for entry in chosen if not OWN.isdisjoint(entry.subjects)], hidden)
    more, also = _suppress(last.results, names, ignores, config, repository)
    return _sorted((*kept, *more), repository), _sorted((*suppressed, *also), repository)


def _run(repository: Repository, config: Config, entries: list[IndexEntry], hidden: Callable[[str], bool]) -> Outcome:
    types = record_types()
    found = subjects(repository, frozenset(types[name] for entry in entries for name in entry.subjects if name in types))
    present = (entry for entry in entries if any(name not in types or types[name] in found for name in entry.subjects))
    return run(repository, load(present), lambda check: options_for(check, config), hidden, found)


def options_for(check: Check, config: Config) -> Struct | None:
    """Return a check's options: its own of the configuration, and what the configuration says for all checks."""
    if check.options is None:
        return None
    given = options_of(config, check.name, check.options)
    if config.kube_version and "kube_version" in check.options.__struct_fields__:
        return structs.replace(given, kube_version=config.kube_version)
    return given


def _suppress(
    results: tuple[Result, ...], names: dict[str, frozenset[str]], ignores: Ignores, config: Config, repository: Repository
) -> tuple[list[Result], list[Result]]:
    kept, suppressed = [], []
    for result in results:
        if not _confident(result.confidence, config.min_confidence):
            continue
        suppression = ignores.suppression(result, names[result.name])
        suppression = suppression or ignored_by_path(config, repository.paths[result.span.file], names[result.name])
        if suppression is None:
            kept.append(result)
        else:
            suppressed.append(structs.replace(result, suppression=suppression))
    return kept, suppressed


def _confident(confidence: Confidence, minimum: Confidence) -> bool:
    return confidence == "certain" or minimum == "possible"


def _touches(result: Result, repository: Repository, named: frozenset[str]) -> bool:
    return any(shows(named, repository.paths[place.file]) for place in (result.span, *(other.span for other in result.related)))


def _sorted(results: tuple[Result, ...], repository: Repository) -> tuple[Result, ...]:
    severity = {name: number for number, name in enumerate(reversed(SEVERITIES))}
    return tuple(
        sorted(results, key=lambda r: (repository.paths[r.span.file], r.span.start, severity[r.severity], r.code, r.about, r.message))
    )
