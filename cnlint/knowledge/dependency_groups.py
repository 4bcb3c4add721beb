"""Commands that install what only development and tests need.

Sources: <https://python-poetry.org/docs/managing-dependencies/#installing-group-dependencies>,
<https://docs.astral.sh/uv/concepts/projects/sync/#syncing-development-dependencies>, <https://pipenv.pypa.io/en/latest/commands.html>,
<https://pip.pypa.io/en/stable/cli/pip_install/>, <https://docs.npmjs.com/cli/commands/npm-install>, <https://pnpm.io/cli/install>.
"""

from __future__ import annotations

from cnlint.knowledge.commands import program, unwrapped
from cnlint.model.command import Invocation, Word
from cnlint.patterns import lazy

_GROUP = r"(?:dev|develop|development|test|tests|testing|lint)"
_NAMED = lazy(rf"{_GROUP}(?:,{_GROUP})*$")
_FILE = lazy(
    rf"(?:.*/)?(?:{_GROUP}[-_.]?requirements|requirements[-_./]{_GROUP}|requirements[-_]{_GROUP}[\w-]*)\.txt$|(?:.*/)?requirements/{_GROUP}\.txt$"
)
_EXTRA = lazy(rf".*\[(?:[\w-]+,)*{_GROUP}(?:,[\w-]+)*\]$")
_GROUP_OPTIONS = ("--with", "--only", "--group", "--only-group", "--extra", "--extras", "-E")
_FLAGS = {"pipenv": ("--dev", "-d"), "poetry": ("--dev",), "uv": ("--dev",), "npm": ("--include=dev",), "pnpm": ("--dev", "-D")}
_INSTALLERS = {
    "pip": ("install",), "pip3": ("install",), "pipenv": ("install", "sync"), "poetry": ("install",), "uv": ("sync", "install"), "pdm": ("install", "sync"),
    "npm": ("install", "ci", "i"), "pnpm": ("install", "i"),
}  # fmt: skip
_NARROWING = frozenset({"--without", "--only", "--only-root", "--no-dev", "--dry-run", "--help"})
"""Options of Poetry by which it leaves out groups, or installs nothing."""
_PRUNING = frozenset({"prune", "uninstall", "remove"})


def development_dependencies(step: Invocation) -> Word | None:
    """Return the word by which a step asks for the dependencies of development; None where it does not, or may not."""
    words = unwrapped(step)
    name = program(words)
    texts = [word.text for word in words]
    if not any(text in _INSTALLERS.get(name, ()) for text in texts[1:4]):
        return None
    for index, word in enumerate(words[1:], 1):
        before = texts[index - 1]
        option, _, value = word.text.partition("=")
        if before in ("-r", "--requirement") and _FILE.match(word.text):
            return word
        if "$" not in word.text and _EXTRA.match(word.text) and (word.text.startswith(".") or before in ("-e", "--editable")):
            return word
        if name in ("poetry", "uv", "pdm", "pip") and _asks(before, option, value, word.text):
            return word
        if word.text in _FLAGS.get(name, ()):
            return word
    return None


def is_of_development(group: str) -> bool:
    """Tell whether a group of dependencies is named for development or tests."""
    return bool(_NAMED.fullmatch(group))


def installs_default_groups(step: Invocation) -> bool:
    """Tell whether a step of Poetry certainly installs all groups that are not optional.

    Source: <https://python-poetry.org/docs/managing-dependencies/#installing-group-dependencies>.
    """
    words = step.words
    if step.program != "poetry" or step.conditional or len(words) < 2 or words[1].text != "install":
        return False
    return all(word.literal and word.text.partition("=")[0] not in _NARROWING for word in words)


def prunes_development_dependencies(step: Invocation) -> bool:
    """Tell whether a step takes packages away again."""
    return any(word.text in _PRUNING for word in step.words[1:3])


def _asks(before: str, option: str, value: str, text: str) -> bool:
    return (before in _GROUP_OPTIONS and bool(_NAMED.match(text))) or (
        option in _GROUP_OPTIONS and bool(value) and bool(_NAMED.match(value))
    )
