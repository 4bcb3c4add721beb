"""How package managers run the scripts of a `package.json`, and tools that run several of them at once.

Sources: <https://docs.npmjs.com/cli/commands/npm-run>, <https://docs.npmjs.com/cli/using-npm/scripts#npm-start>,
<https://classic.yarnpkg.com/en/docs/cli/run>, <https://yarnpkg.com/cli/run>, <https://pnpm.io/cli/run>,
<https://bun.sh/docs/cli/run>, <https://nodejs.org/api/cli.html#--run>.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from msgspec import Struct

from cnlint.knowledge.commands import program
from cnlint.model.command import Word

_FOLDERS = frozenset({"--prefix", "-C", "--dir", "--cwd"})
_PACKAGES = frozenset({"-w", "--workspace", "-F", "--filter", "workspace"})
_ALL_PACKAGES = frozenset({"--workspaces", "-ws", "-r", "--recursive", "workspaces"})
_WITH_VALUE = frozenset({"--loglevel", "--reporter", "--use-yarnrc", "--registry", "--cache", "--env-file"})
_LIFECYCLE = frozenset({"start", "stop", "test", "restart"})
_COMMANDS = frozenset(
    """add audit bin cache config create dedupe deploy dlx exec fetch help i import info init install link list login logout outdated pack
    patch plugin prune publish rebuild remove root set setup store tag unlink up update upgrade version versions why""".split()
)
"""Commands of yarn and pnpm themselves: any other name runs the script of that name."""


class PackageRun(Struct, frozen=True):
    """A script that is run: its name, the folder it is run in relative to the current one, and the words given to it.

    `package` names another package of the workspace, by its name or as `./folder`. `hooks` tells whether `pre` and `post`
    scripts certainly run too: npm runs them; of yarn and pnpm it depends on the version and the configuration.
    """

    name: str
    folder: str
    package: str
    arguments: tuple[Word, ...]
    hooks: bool


def package_run(words: Sequence[Word]) -> PackageRun | None:
    """Return the script that a package manager runs by these words, None where they do something else."""
    manager = program(words)
    if manager == "node" and len(words) > 2 and words[1].text == "--run" and words[2].literal:
        return PackageRun(words[2].text, "", "", tuple(words[3:]), hooks=False)
    if manager not in ("npm", "yarn", "pnpm", "bun"):
        return None
    reading = _Reading(words)
    name = reading.plain()
    says_run = name is not None and name.text in ("run", "run-script", "rum")
    if says_run:
        name = reading.plain()
    if name is None or not name.literal or not (says_run or _is_script(manager, name.text)):
        return None
    given = reading.rest(manager)
    return None if reading.everywhere else PackageRun(name.text, reading.folder, reading.package, given, hooks=manager == "npm")


def _is_script(manager: str, name: str) -> bool:
    """Tell whether a word behind a package manager runs the script of that name without `run`."""
    if manager == "npm":
        return name in _LIFECYCLE
    return manager != "bun" and name not in _COMMANDS


class _Reading:
    """Reads the words behind a package manager: options, and what is none."""

    def __init__(self, words: Sequence[Word]) -> None:
        self.folder = ""
        self.package = ""
        self.everywhere = False
        self._words = words
        self._index = 1

    def plain(self) -> Word | None:
        """Return the next word that is no option and belongs to none; None at the end."""
        while self._index < len(self._words):
            word = self._words[self._index]
            if not self._option(word.text):
                self._index += 1
                return word
        return None

    def rest(self, manager: str) -> tuple[Word, ...]:
        """Return the words that the script is given: behind `--` for npm, all of them for the others."""
        given: list[Word] = []
        while self._index < len(self._words):
            word = self._words[self._index]
            if word.text == "--":
                return (*given, *self._words[self._index + 1 :])
            if not self._option(word.text, manager == "npm"):
                given.append(word)
                self._index += 1
        return tuple(given)

    def _option(self, text: str, unknown: bool = True) -> bool:
        """Pass an option with its value, if one stands here; `unknown` where any word with a dash is one."""
        name, equals, value = text.partition("=")
        if name in _FOLDERS or name in _PACKAGES:
            value = value if equals else next((word.text for word in self._words[self._index + 1 : self._index + 2]), "")
            self.folder, self.package = (value, self.package) if name in _FOLDERS else (self.folder, value)
            self._index += 1 if equals else 2
        elif name in _ALL_PACKAGES:
            self.everywhere = True
            self._index += 1
        elif unknown and text.startswith("-") and text != "--":
            self._index += 2 if text in _WITH_VALUE else 1
        else:
            return False
        return True


def in_turn(words: Sequence[Word]) -> tuple[str, ...]:
    """Return the package scripts that `npm-run-all` or `run-s` runs one after the other; patterns among them end the answer.

    Source: <https://github.com/mysticatea/npm-run-all>
    """
    if program(words) not in ("npm-run-all", "npm-run-all2", "run-s") or parallel(words):
        return ()
    names = [word.text for word in words[1:] if not word.text.startswith("-")]
    return () if any("*" in name or " " in name for name in names) else tuple(names)


def parallel(words: Sequence[Word]) -> tuple[tuple[str, Word], ...]:
    """Return what a tool runs at once: ("line", a command line) or ("script", a package script); empty for another tool.

    Sources: <https://github.com/open-cli-tools/concurrently>, <https://github.com/mysticatea/npm-run-all>,
    <https://www.gnu.org/software/parallel/parallel.html>.
    """
    name = program(words)
    arguments = list(words[1:])
    if name in ("concurrently", "conc"):
        return tuple(_concurrent(arguments))
    if name == "parallel":
        return tuple(("line", word) for word in _of_gnu_parallel(arguments))
    if name == "run-p" or (name in ("npm-run-all", "npm-run-all2") and any(word.text in ("-p", "--parallel") for word in arguments)):
        return tuple(("script", word) for word in arguments if not word.text.startswith("-"))
    return ()


def _of_gnu_parallel(arguments: Sequence[Word]) -> Sequence[Word]:
    """Return the command lines of `parallel OPTIONS ::: "one" "other"`, none where they are arguments of a command before them."""
    texts = [word.text for word in arguments]
    if texts.count(":::") != 1 or any("{" in text for text in texts):
        return ()
    head = texts[: texts.index(":::")]
    given = dict(pairwise(head))
    values = [text for option, text in given.items() if option in _PARALLEL_WITH_VALUE]
    is_template = any(not text.startswith("-") and text not in values for text in head)
    if is_template or "1" in (given.get("--jobs"), given.get("-j")) or not {"-j1", "--jobs=1"}.isdisjoint(head):
        return ()
    return arguments[len(head) + 1 :]


def _concurrent(arguments: Sequence[Word]) -> list[tuple[str, Word]]:
    found: list[tuple[str, Word]] = []
    skip = False
    for word in arguments:
        if skip or word.text.startswith("-"):
            skip = not skip and word.text in _CONCURRENTLY_WITH_VALUE
            continue
        script = next((word.text[len(prefix) :] for prefix in ("npm:", "yarn:", "pnpm:", "bun:") if word.text.startswith(prefix)), "")
        found.append(("script", Word(script, word.span, word.literal)) if script else ("line", word))
    return found


_PARALLEL_WITH_VALUE = frozenset("-j --jobs -P --max-procs --halt --delay --joblog --retries --tagstring --timeout --workdir --wd".split())
_CONCURRENTLY_WITH_VALUE = frozenset(
    "-n --names -c --prefix-colors -p --prefix -m --max-processes -s --success --kill-signal --restart-tries --restart-after --default-input-target".split()
)
