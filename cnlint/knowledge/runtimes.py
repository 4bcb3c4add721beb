"""Runtimes of languages: the images that hold them, the files that pin them, and how exactly two pins must agree."""

from __future__ import annotations

from cnlint.knowledge.images import official_name, split_reference
from cnlint.knowledge.version_ranges import Version, tag_version
from cnlint.patterns import lazy

_IMAGES = {"golang": "go", "node": "node", "php": "php", "python": "python", "ruby": "ruby", "rust": "rust"}
"""Official images whose tag begins with the version of a language: <https://hub.docker.com/u/library>."""

_NAMES = {"go": "Go", "node": "Node.js", "php": "PHP", "python": "Python", "ruby": "Ruby", "rust": "Rust"}

PIN_FILES = {
    ".go-version": "go",
    ".node-version": "node",
    ".nvmrc": "node",
    ".python-version": "python",
    ".ruby-version": "ruby",
    "runtime.txt": "python",
}
"""Files that hold the version that developers, or a platform, run a project with: <https://github.com/nvm-sh/nvm#nvmrc>,
<https://github.com/pyenv/pyenv#understanding-python-version-selection>, <https://github.com/rbenv/rbenv#rbenv-local>,
<https://github.com/shadowspawn/node-version-usage>, <https://github.com/go-nv/goenv>,
<https://devcenter.heroku.com/articles/python-runtimes>."""

_CODENAMES = {"argon": 4, "boron": 6, "carbon": 8, "dubnium": 10, "erbium": 12, "fermium": 14, "gallium": 16, "hydrogen": 18, "iron": 20,
              "jod": 22, "krypton": 24}  # fmt: skip
"""<https://github.com/nodejs/Release/blob/main/CODENAMES.md>"""

_EXACTNESS = {"node": 1}
"""How many numbers of a version must agree for programs to run alike; two where nothing is said: <https://nodejs.org/en/about/previous-releases>."""

_WITHOUT_LOCAL_TOOLCHAIN = (1, 21, 0)
"""The one Go whose official image lets it fetch a newer one by itself: `GOTOOLCHAIN=local` is in the images since September 2023
(<https://github.com/docker-library/golang/pull/491>), and this one was not built again."""
_STRICT_GO = (1, 21)
"""Since this version Go refuses a module that asks for a newer one, before it tries: <https://go.dev/doc/go1.21#tools>."""

_PREFIX = lazy(r"(?:python|ruby|node|go)-?(?=\d)")
_INSTALLERS = frozenset({"asdf", "conda", "fnm", "mamba", "micromamba", "mise", "n", "nodenv", "nvm", "pyenv", "rbenv", "volta"})


def image_runtime(reference: str) -> tuple[str, Version]:
    """Return the ecosystem whose runtime an official image holds, and the version that its tag says (empty: none that is known)."""
    repository, tag, _ = split_reference(reference)
    ecosystem = _IMAGES.get(official_name(repository), "")
    return (ecosystem, tag_version(tag)) if ecosystem else ("", ())


def runtime_name(ecosystem: str) -> str:
    """Return what people call the runtime of an ecosystem: `Node.js`."""
    return _NAMES.get(ecosystem, ecosystem)


def pinned_version(text: str, ecosystem: str) -> Version:
    """Return the version that a line of a pin file says, nothing where it names none (`lts/*`, `pypy3.10`, `system`)."""
    text = text.strip().lower()
    if ecosystem == "node" and text.startswith("lts/"):
        major = _CODENAMES.get(text[4:])
        return () if major is None else (major,)
    return tag_version(_PREFIX.sub("", text, count=1))


def differ(one: Version, other: Version, ecosystem: str) -> bool:
    """Tell whether two versions differ so that programs may run otherwise: the minor one, for Node.js the major one."""
    count = min(len(one), len(other), _EXACTNESS.get(ecosystem, 2))
    return one[:count] != other[:count]


def installs_runtime(words: list[str]) -> bool:
    """Tell whether a command may bring another version of a runtime into an image."""
    return bool(words) and (words[0].rpartition("/")[2] in _INSTALLERS or words[:2] == ["uv", "python"] or "GOTOOLCHAIN" in " ".join(words))


def fetches_another(ecosystem: str, version: Version) -> bool:
    """Tell whether the official image of a runtime lets it replace itself by the version that a manifest demands."""
    return ecosystem == "go" and version == _WITHOUT_LOCAL_TOOLCHAIN


def refuses_newer(ecosystem: str, version: Version) -> bool:
    """Tell whether a runtime itself refuses to build what demands a newer version."""
    return ecosystem == "go" and version >= _STRICT_GO
