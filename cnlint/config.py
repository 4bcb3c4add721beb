"""Configuration: what the user asked for, and which checks that means."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from fnmatch import fnmatchcase
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import msgspec
from msgspec import Struct

from cnlint.assembly.terraform_files import VARIABLES
from cnlint.findings import TIERS, Confidence, Severity, Suppression
from cnlint.indexing import IndexEntry
from cnlint.model.system import Environment

Preset = Literal["core", "recommended", "all"]
PRESETS: tuple[Preset, ...] = ("core", "recommended", "all")
CONFIDENCES: tuple[Confidence, ...] = ("possible", "certain")
ENVIRONMENTS: tuple[Environment, ...] = ("production", "development", "test")


class ConfigError(Exception):
    """A configuration that cannot be followed; the text says where and what is wrong, on one line."""


class ConfiguredIgnore(Struct, frozen=True):
    """Findings that are not shown, and why: of these checks, about one of these objects, in one of these files.

    `objects` are patterns as of a shell over the names that `cnlint.identity.object_names` gives; `paths` are patterns as
    git's ignore files have them. Where both are given, both must match. `position` counts the entries of the configuration.
    """

    checks: tuple[str, ...]
    reason: str
    objects: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    position: int = 0


class Config(Struct, frozen=True):
    """What is checked and how.

    `select` empty stands for the preset. `exclude`, and the keys of `per_file_ignores` and `environments`, are
    patterns as git's ignore files have them, from the repository root. `target` chooses targets by platform, class of
    environment or pattern of paths, empty for all. `var_file` are files of values that Terraform is given, absolute, those
    that win last. `checks` holds options of single checks by their names. `path` is the
    file that it was read from, empty for none.
    """

    select: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    preset: Preset = "core"
    min_confidence: Confidence = "certain"
    min_severity: Severity | Literal[""] = ""
    fail_on: Severity = "warning"
    exclude: tuple[str, ...] = ()
    per_file_ignores: dict[str, tuple[str, ...]] = {}
    ignores: tuple[ConfiguredIgnore, ...] = ()
    target: tuple[str, ...] = ()
    environments: dict[str, Environment] = {}
    kube_version: str = ""
    var_file: tuple[str, ...] = ()
    checks: dict[str, dict[str, Any]] = {}
    path: str = ""


def nearest(word: str, words: Iterable[str]) -> str:
    """Return `; did you mean 'x'?` for the word most like `word`, or nothing where none is."""
    found = most_like(word, words)
    return f"; did you mean {found!r}?" if found else ""


def most_like(word: str, words: Iterable[str]) -> str:
    """Return the word that one may have meant by `word`, empty where none is like it."""
    from difflib import get_close_matches

    return next(iter(get_close_matches(word, list(words), 1)), "")


def selected(config: Config, index: tuple[IndexEntry, ...]) -> tuple[IndexEntry, ...]:
    """Return the checks that are asked for.

    A selector is a code, the beginning of one, a name or an alias. Where one selector asks for a check and another
    ignores it, the one that says more decides (`CN0301` over `CN03`); between equals the ignore does. The checks of
    chapter 00 report what could not be checked and stay unless they are ignored. Raises `ConfigError` for a selector
    that stands for nothing, also in the ignores of files and objects.
    """
    for selectors in (*config.per_file_ignores.values(), *(ignore.checks for ignore in config.ignores)):
        for selector in selectors:
            matching(selector, index, config)
    wanted = _strengths((*config.select, *config.extend_select), index, config)
    unwanted = _strengths(config.ignore, index, config)
    tiers = TIERS if config.preset == "all" else TIERS[: PRESETS.index(config.preset) + 1]
    found = []
    for entry in index:
        by_default = entry.topic == OWN_TOPIC or (not config.select and entry.tier in tiers)
        wish = max(wanted.get(entry.code, -1.0), 0.0 if by_default else -1.0)
        if wish >= 0 and wish > unwanted.get(entry.code, -1.0):
            found.append(entry)
    return tuple(found)


OWN_TOPIC = "cnlint"


def _strengths(selectors: tuple[str, ...], index: tuple[IndexEntry, ...], config: Config) -> dict[str, float]:
    """Return, for each code that the selectors stand for, how much the most telling of them says."""
    found: dict[str, float] = {}
    for selector in selectors:
        entries = matching(selector, index, config)
        for entry in entries:
            found[entry.code] = max(found.get(entry.code, 0.0), 1 / len(entries))
    return found


def shows_advice(config: Config, index: tuple[IndexEntry, ...]) -> Callable[[str], bool]:
    """Return what tells of a check, by its code, whether its notes are shown.

    By default they are where somebody asked for more than the core: by a wider preset, by naming the check, or by letting
    notes fail the run. Most notes are about what is there for development or tests, and a default is read by everyone.
    """
    if config.min_severity or config.preset != "core" or config.select or config.fail_on == "note":
        return lambda _: True
    asked = frozenset(entry.code for selector in config.extend_select for entry in matching(selector, index, config))
    return lambda code: code in asked


def matching(selector: str, index: tuple[IndexEntry, ...], config: Config | None = None) -> tuple[IndexEntry, ...]:
    """Return the checks that a selector stands for. Raises `ConfigError`, naming the nearest, where there are none."""
    upper, lower = selector.upper(), selector.lower()
    exact = tuple(entry for entry in index if upper in (entry.code, *entry.aliases) or lower == entry.name)
    found = exact or tuple(entry for entry in index if upper.startswith("CN") and entry.code.startswith(upper))
    if not found:
        known = [word for entry in index for word in (entry.name, entry.code, *entry.aliases)]
        raise ConfigError(f"{_origin(selector, config)}no check is called {selector!r}{nearest(selector, known)}")
    return found


def ignored_by_path(config: Config, path: str, names: frozenset[str]) -> Suppression | None:
    """Return why a finding at `path` (from the root) of the check that `names` names is not shown, if it is not.

    `names` are the check's name, code and aliases.
    """
    for pattern, selectors in config.per_file_ignores.items():
        if any(_names(selector, names) for selector in selectors) and _pattern(pattern).match_file(path):
            return Suppression("configuration", f"per-file-ignores: {pattern}")
    return None


def ignores(ignore: ConfiguredIgnore, path: str, things: Iterable[Collection[str]], names: frozenset[str]) -> str:
    """Return by which of its selectors an entry of the configuration ignores a finding, empty where it does not.

    The finding stands at `path` and is of the check that `names` names; `things` are the objects that it is about (the same
    command may be run by several), each by all of its names: every one of them must be ignored.
    """
    selector = next((selector for selector in ignore.checks if _names(selector, names)), "")
    if not selector or (ignore.paths and not any(_pattern(pattern).match_file(path) for pattern in ignore.paths)):
        return ""
    everything = tuple(things)
    about = bool(everything) and all(
        any(fnmatchcase(name, pattern) for name in thing for pattern in ignore.objects) for thing in everything
    )
    return selector if about or not ignore.objects else ""


def _names(selector: str, names: frozenset[str]) -> bool:
    """Tell whether a selector stands for the check of these names."""
    return selector.lower() in names or any(name.startswith(selector.upper()) for name in names if name.isupper())


def check_patterns(config: Config) -> None:
    """Raise `ConfigError` for a pattern of paths that is none."""
    for key, patterns in (
        ("exclude", config.exclude),
        ("per-file-ignores", config.per_file_ignores),
        ("environments", config.environments),
        *(("ignores.paths", ignore.paths) for ignore in config.ignores),
    ):
        for pattern in patterns:
            try:
                _pattern(pattern)
            except ValueError as error:
                raise ConfigError(f"{_origin(pattern, config)}{key}: {pattern!r} is no pattern as in a .gitignore") from error


def matches(pattern: str, path: str) -> bool:
    """Tell whether a pattern, as git's ignore files have them, matches a path; what is no pattern matches nothing."""
    try:
        return bool(_pattern(pattern).match_file(path))
    except ValueError:
        return False


def var_files(config: Config, root: str) -> tuple[str, ...]:
    """Return the files of values from the root of the tree. Raises `ConfigError` for one that lies elsewhere or is none."""
    found = []
    for name in config.var_file:
        path = Path(name)
        if not path.name.endswith(VARIABLES):
            raise ConfigError(f"var-file: {name}: not a file of values: its name ends with none of {', '.join(VARIABLES)}")
        try:
            found.append(path.resolve().relative_to(Path(root).resolve()).as_posix())
        except ValueError as error:
            raise ConfigError(f"var-file: {name}: outside of {root}") from error
    return tuple(found)


@lru_cache
def _pattern(pattern: str) -> Any:
    from pathspec import GitIgnoreSpec

    return GitIgnoreSpec.from_lines([pattern])


def _origin(selector: str, config: Config | None) -> str:
    """Return the place of a selector in the configuration file, nothing where it was given on the command line."""
    if config is None or not config.path:
        return ""
    from cnlint.toml_text import TomlText

    line = TomlText(Path(config.path).read_text("utf-8")).line_with(selector)
    return f"{config.path}:{line}: " if line else ""


def options_of(config: Config, name: str, options: type[Struct]) -> Struct:
    """Return the options of the check `name`, filled from the configuration. Raises `ConfigError` for bad ones."""
    given = config.checks.get(name, {})
    fields = [field.replace("_", "-") for field in options.__struct_fields__]
    for key in given:
        if key not in fields:
            raise error_at(config, f"unknown option {key!r} of {name}{nearest(key, fields)}", "checks", name, key)
    try:
        return msgspec.convert({key.replace("-", "_"): value for key, value in given.items()}, options)
    except msgspec.ValidationError as error:
        raise error_at(config, f"options of {name}: {str(error)[:1].lower()}{str(error)[1:]}", "checks", name) from error


def error_at(config: Config, message: str, *keys: str) -> ConfigError:
    """Return an error at the line of these keys (below cnlint's table) in the file that the configuration came from."""
    if not config.path:
        return ConfigError(message)
    from cnlint.toml_text import TomlText

    text = TomlText(Path(config.path).read_text("utf-8"))
    return ConfigError(f"{config.path}:{text.line((*table_of(config.path), *keys))}: {message}")


def table_of(path: str) -> tuple[str, ...]:
    """Return which table of a configuration file is cnlint's: all of `cnlint.toml`, `tool.cnlint` of `pyproject.toml`."""
    return ("tool", "cnlint") if Path(path).name == "pyproject.toml" else ()
