"""A tree and a configuration to findings: the one function that the command line, tests, benchmark and editors call.

Where the last findings still hold nothing is read, and what reads, links and checks is not even imported.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from time import perf_counter
from typing import TYPE_CHECKING

from msgspec import Struct, structs

from cnlint.checking import index
from cnlint.config import Config, check_patterns, selected, var_files
from cnlint.findings import Result
from cnlint.indexing import IndexEntry
from cnlint.kept import Kept, last_findings
from cnlint.knowledge.silent_paths import is_prose, silent
from cnlint.model.system import Repository
from cnlint.secret_places import SecretPlaces, secret_places
from cnlint.source import Span
from cnlint.tree import Tree, shows

if TYPE_CHECKING:
    from cnlint.assembly.unit import Unit
    from cnlint.reading import Readings


class Scan(Struct, frozen=True):
    """What a scan found. `results` are shown, `suppressed` are not and say why; both sorted by path and place.

    `selected` are the checks that were asked for, `secrets` those that reports mask, `files` the number of files read,
    `seconds` the wall time, `quiet` the number of findings that are not bad enough to be shown. `repository` has only its paths where
    these are the last findings.
    """

    results: tuple[Result, ...]
    suppressed: tuple[Result, ...]
    selected: tuple[IndexEntry, ...]
    repository: Repository
    tree: Tree
    files: int
    seconds: float
    quiet: int = 0
    secrets: SecretPlaces = {}


def scan(
    tree: Tree,
    config: Config,
    progress: Callable[[int, int], None] | None = None,
    *,
    commit: bool = False,
    cached: bool = False,
    whole: bool = False,
    jobs: int = 1,
) -> Scan:
    """Scan a tree.

    The whole tree is the context. Where the user named paths (`tree.named`), shown are the findings that touch one of
    them by their primary or a related place; and of those that stand elsewhere the ones that the named files have
    caused: where these have changed since the last commit, what was not there before, else what depends on one of them
    (`Result.evidence`). `commit` tells that nobody named the files but that they are those of a commit: what is silent
    by default stays so. `cached` keeps what has been read and found for the next run, and takes what the last one has kept; `whole`
    asks for the repository besides its findings. `jobs` is how many processes may read, 0 for one a processor.
    `progress` is told the units read and their number. Raises `ConfigError` for a selector that names no check, and for
    options that a check does not have.
    """
    start = perf_counter()
    entries = index()
    chosen = selected(config, entries)
    last = last_findings(tree, config) if cached and not commit and not whole else None
    kept = last.find() if last is not None else None
    if kept is not None:
        paths = Repository(kept.paths, ())
        seconds = perf_counter() - start
        return Scan(kept.results, kept.suppressed, chosen, paths, tree, kept.files, seconds, kept.quiet, kept.secrets)
    from cnlint.judging import Judge, bad_enough, check_options, in_order
    from cnlint.repository.loaded_code import loaded_code

    check_options(config, entries)
    if tree.named and all(is_prose(name) for name in tree.named):
        return Scan((), (), chosen, Repository((), ()), tree, 0, perf_counter() - start)
    repository, files, readings = _linked(tree, config, progress, cached, jobs)
    asked = frozenset("" if commit else name for name in tree.named)
    judge = Judge(config, entries, chosen, tree.root)
    loaded = loaded_code(repository, asked)
    results, suppressed = judge(repository, lambda path: silent(path, asked, loaded))
    if "" not in tree.named:
        named = frozenset(tree.named)
        here = [result for result in results if _touches(result, repository, named)]
        elsewhere = [result for result in results if not _touches(result, repository, named)]
        results = in_order((*here, *_caused(elsewhere, readings, repository, config)), repository)
        suppressed = tuple(result for result in suppressed if _touches(result, repository, named))
    shown = tuple(filter(bad_enough(config, entries), results))
    quoted = frozenset(place.file for result in (*shown, *suppressed) for place in _places(result))
    secrets = secret_places(repository.facts, repository.paths, quoted)
    quiet = len(results) - len(shown)
    if last is not None:
        looked = (path for reading in readings.all.values() for path in reading.looked)
        last.keep(Kept(shown, suppressed, repository.paths, secrets, files, quiet), looked)
    return Scan(shown, suppressed, chosen, repository, tree, files, perf_counter() - start, quiet, secrets)


def read(tree: Tree, config: Config, progress: Callable[[int, int], None] | None = None) -> tuple[Repository, int]:
    """Return the linked repository of a tree, and the number of files read."""
    from cnlint.discover import discover
    from cnlint.reading import Readings, TreeFiles

    check_patterns(config)
    return _read(Readings(TreeFiles(tree)), discover(tree, config.exclude, var_files(config, tree.root)), config, progress)


def survey(tree: Tree, config: Config, progress: Callable[[int, int], None] | None = None, *, cached: bool = False, jobs: int = 1) -> Scan:
    """Read and link a tree as `scan` does, and run no check."""
    start = perf_counter()
    repository, files, _ = _linked(tree, config, progress, cached, jobs)
    return Scan((), (), (), repository, tree, files, perf_counter() - start)


def _linked(
    tree: Tree, config: Config, progress: Callable[[int, int], None] | None, cached: bool, jobs: int
) -> tuple[Repository, int, Readings]:
    """Return the linked repository of a tree, the number of files read, and what was read, which the cache then keeps."""
    from cnlint.cache import cache_of
    from cnlint.discover import discover
    from cnlint.reading import Readings, TreeFiles

    check_patterns(config)
    units = discover(tree, config.exclude, var_files(config, tree.root))
    cache = cache_of(tree) if cached else None
    readings = Readings(TreeFiles(tree)) if cache is None else cache.open(units)
    repository, files = _read(readings, units, config, progress, jobs)
    if cache is not None:
        cache.save(readings)
    return repository, files, readings


def _read(
    readings: Readings, units: Sequence[Unit], config: Config, progress: Callable[[int, int], None] | None, jobs: int = 1
) -> tuple[Repository, int]:
    from cnlint.reading import completed
    from cnlint.repository.link import link
    from cnlint.workers import read_all

    facts = read_all(readings, units, jobs, progress)
    found = (*completed(units, facts, readings.read_anew), *readings.files.unreadable())
    return link(found, tuple(readings.files.paths), config.environments), sum(len(unit.files) for unit in units)


def _caused(elsewhere: list[Result], readings: Readings, repository: Repository, config: Config) -> Iterable[Result]:
    """Return those findings which the files that the user named have caused, though they stand elsewhere."""
    from cnlint.discover import discover
    from cnlint.history import before
    from cnlint.judging import Judge
    from cnlint.repository.link import link

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
    return any(shows(named, repository.paths[place.file]) for place in _places(result))


def _places(result: Result) -> tuple[Span, ...]:
    return (result.span, *(other.span for other in result.related))
