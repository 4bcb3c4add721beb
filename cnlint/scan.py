"""A tree and a configuration to findings: the one function that the command line, tests, benchmark and editors call."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from time import perf_counter

from msgspec import Struct, structs

from cnlint.assembly.unit import Unit
from cnlint.cache import Cache
from cnlint.checking import index
from cnlint.config import Config, check_patterns, selected, var_files
from cnlint.discover import discover
from cnlint.findings import Result
from cnlint.indexing import IndexEntry
from cnlint.judging import Judge, bad_enough, check_options, in_order
from cnlint.knowledge.silent_paths import is_prose, silent
from cnlint.model.system import Repository
from cnlint.reading import Readings, TreeFiles, completed
from cnlint.repository.link import link
from cnlint.tree import Tree, shows
from cnlint.workers import read_all


class Scan(Struct, frozen=True):
    """What a scan found. `results` are shown, `suppressed` are not and say why; both sorted by path and place.

    `selected` are the checks that were asked for, `files` the number of files read, `seconds` the wall time, `quiet` the
    number of findings that are not bad enough to be shown.
    """

    results: tuple[Result, ...]
    suppressed: tuple[Result, ...]
    selected: tuple[IndexEntry, ...]
    repository: Repository
    tree: Tree
    files: int
    seconds: float
    quiet: int = 0


def scan(
    tree: Tree,
    config: Config,
    progress: Callable[[int, int], None] | None = None,
    *,
    commit: bool = False,
    cache: Cache | None = None,
    jobs: int = 1,
) -> Scan:
    """Scan a tree.

    The whole tree is the context. Where the user named paths (`tree.named`), shown are the findings that touch one of
    them by their primary or a related place; and of those that stand elsewhere the ones that the named files have
    caused: where these have changed since the last commit, what was not there before, else what depends on one of them
    (`Result.evidence`). `commit` tells that nobody named the files but that they are those of a commit: what is silent
    by default stays so. `cache` keeps what has been read for the next run, `jobs` is how many processes may read.
    `progress` is told the units read and their number. Raises `ConfigError` for a selector that names no check, and for
    options that a check does not have.
    """
    start = perf_counter()
    entries = index()
    chosen = selected(config, entries)
    check_options(config, entries)
    if tree.named and all(is_prose(name) for name in tree.named):
        return Scan((), (), chosen, Repository((), ()), tree, 0, perf_counter() - start)
    repository, files, readings = _linked(tree, config, progress, cache, jobs)
    asked = frozenset("" if commit else name for name in tree.named)
    judge = Judge(config, entries, chosen, tree.root)
    results, suppressed = judge(repository, lambda path: silent(path, asked))
    if "" not in tree.named:
        named = frozenset(tree.named)
        here = [result for result in results if _touches(result, repository, named)]
        elsewhere = [result for result in results if not _touches(result, repository, named)]
        results = in_order((*here, *_caused(elsewhere, readings, repository, config)), repository)
        suppressed = tuple(result for result in suppressed if _touches(result, repository, named))
    shown = tuple(filter(bad_enough(config, entries), results))
    return Scan(shown, suppressed, chosen, repository, tree, files, perf_counter() - start, len(results) - len(shown))


def read(tree: Tree, config: Config, progress: Callable[[int, int], None] | None = None) -> tuple[Repository, int]:
    """Return the linked repository of a tree, and the number of files read."""
    check_patterns(config)
    return _read(Readings(TreeFiles(tree)), discover(tree, config.exclude, var_files(config, tree.root)), config, progress)


def survey(
    tree: Tree, config: Config, progress: Callable[[int, int], None] | None = None, *, cache: Cache | None = None, jobs: int = 1
) -> Scan:
    """Read and link a tree as `scan` does, and run no check."""
    start = perf_counter()
    repository, files, _ = _linked(tree, config, progress, cache, jobs)
    return Scan((), (), (), repository, tree, files, perf_counter() - start)


def _linked(
    tree: Tree, config: Config, progress: Callable[[int, int], None] | None, cache: Cache | None, jobs: int
) -> tuple[Repository, int, Readings]:
    """Return the linked repository of a tree, the number of files read, and what was read, which the cache then keeps."""
    check_patterns(config)
    units = discover(tree, config.exclude, var_files(config, tree.root))
    readings = Readings(TreeFiles(tree)) if cache is None else cache.open(units)
    repository, files = _read(readings, units, config, progress, jobs)
    if cache is not None:
        cache.save(readings)
    return repository, files, readings


def _read(
    readings: Readings, units: Sequence[Unit], config: Config, progress: Callable[[int, int], None] | None, jobs: int = 1
) -> tuple[Repository, int]:
    facts = read_all(readings, units, jobs, progress)
    found = (*completed(units, facts, readings.read_anew), *readings.files.unreadable())
    return link(found, tuple(readings.files.paths), config.environments), sum(len(unit.files) for unit in units)


def _caused(elsewhere: list[Result], readings: Readings, repository: Repository, config: Config) -> Iterable[Result]:
    """Return those findings which the files that the user named have caused, though they stand elsewhere."""
    from cnlint.history import before

    tree = readings.files.tree
    past = before(tree) if elsewhere else None
    if past is None:
        named = frozenset(tree.named)
        return [structs.replace(one, because=f"it depends on {on}") for one in elsewhere if (on := _evidence(one, named, repository))]
    facts, paths = readings.earlier(discover(past, config.exclude, var_files(config, tree.root)), past, past.old)
    entries = index()
    concerned = {result.code for result in elsewhere}
    judge = Judge(config, entries, tuple(entry for entry in entries if entry.code in concerned), tree.root)
    known, _ = judge(link(facts, paths, config.environments), lambda _: False)
    there = {(paths[result.span.file], result.code, result.subject, result.about) for result in known}
    new = [one for one in elsewhere if (repository.paths[one.span.file], one.code, one.subject, one.about) not in there]
    return [structs.replace(one, because=f"the change of {_evidence(one, past.old, repository) or 'other files'} causes it") for one in new]


def _evidence(result: Result, among: Collection[str], repository: Repository) -> str:
    """Return the files among these that a finding depends on, as messages list them."""
    return ", ".join(sorted(path for file in result.evidence if (path := repository.paths[file]) in among))


def _touches(result: Result, repository: Repository, named: frozenset[str]) -> bool:
    return any(shows(named, repository.paths[place.file]) for place in (result.span, *(other.span for other in result.related)))
