"""Commands that install packages of a Linux distribution by name.

Sources: <https://manpages.debian.org/stable/apt/apt-get.8.en.html>, <https://man.archlinux.org/man/extra/apk-tools/apk-add.8.en>,
<https://dnf.readthedocs.io/en/latest/command_ref.html>, <https://en.opensuse.org/SDB:Zypper_manual>.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cnlint.knowledge.commands import program, unwrapped
from cnlint.model.command import Invocation, Word
from cnlint.model.image import Stage
from cnlint.patterns import lazy

_INSTALLING = {
    **dict.fromkeys(("apt-get", "apt", "aptitude", "dnf", "microdnf", "tdnf", "yum", "install_packages"), "install"),
    "apk": "add",
    "zypper": "install",
}
_WITHOUT_SUBCOMMAND = "install_packages"
"""A script of Bitnami's images (<https://github.com/bitnami/minideb#installing-packages>)."""
_WITH_VALUE = frozenset(
    "-o --option -t --target-release --default-release --virtual -X --repository --repositories-file --arch -c --setopt".split()
)
_VERSION = lazy(r"[=<>~@/:]")


def system_packages(step: Invocation) -> tuple[Word, ...]:
    """Return the words of a step that name packages which a package manager of the distribution is to install."""
    words = unwrapped(step)
    name = program(words)
    subcommand = _INSTALLING.get(name)
    if subcommand is None:
        return ()
    rest = list(words[1:])
    if name != _WITHOUT_SUBCOMMAND:
        at = next((index for index, word in enumerate(rest) if word.text == subcommand), None)
        if at is None:
            return ()
        rest = rest[at + 1 :]
    return tuple(
        word
        for index, word in enumerate(rest)
        if "$" not in word.text and not word.text.startswith("-") and not (index and rest[index - 1].text in _WITH_VALUE)
    )


def package_name(word: Word) -> str:
    """Return a package's name without version, architecture or release: `redis-server=5:7.0*` gives `redis-server`."""
    return _VERSION.split(word.text, maxsplit=1)[0]


def installed_packages(stages: Iterable[Stage]) -> Iterator[tuple[str, Word]]:
    """Return the packages that the RUNs of these stages install, by name, and where."""
    for stage in stages:
        for instruction in stage.instructions:
            if instruction.keyword == "RUN" and instruction.command is not None and not instruction.onbuild:
                for step in instruction.command.invocations:
                    yield from ((package_name(word), word) for word in system_packages(step))
