"""The files of package managers: what declares dependencies, and what locks them.

Sources: <https://docs.npmjs.com/cli/configuring-npm/package-lock-json>, <https://pnpm.io/git#lockfiles>,
<https://bun.sh/docs/pm/lockfile>, <https://peps.python.org/pep-0751/>, <https://docs.astral.sh/uv/concepts/projects/layout/>,
<https://python-poetry.org/docs/basic-usage/#installing-dependencies>, <https://pdm-project.org/en/latest/usage/lockfile/>,
<https://pipenv.pypa.io/en/latest/pipfile.html>, <https://bundler.io/guides/rationale.html>, <https://go.dev/ref/mod#go-sum-files>,
<https://getcomposer.org/doc/01-basic-usage.md>, <https://doc.rust-lang.org/cargo/guide/cargo-toml-vs-cargo-lock.html>.
"""

from __future__ import annotations

from collections.abc import Sequence

LOCK_FILES = {
    "bun.lock": "node",
    "bun.lockb": "node",
    "Cargo.lock": "rust",
    "composer.lock": "php",
    "Gemfile.lock": "ruby",
    "gems.locked": "ruby",
    "go.sum": "go",
    "npm-shrinkwrap.json": "node",
    "package-lock.json": "node",
    "pdm.lock": "python",
    "Pipfile.lock": "python",
    "pnpm-lock.yaml": "node",
    "poetry.lock": "python",
    "pylock.toml": "python",
    "requirements.lock": "python",
    "uv.lock": "python",
    "yarn.lock": "node",
}
"""The lock files that package managers write, and the ecosystem that each locks."""

MANIFESTS = {
    "Cargo.toml": "rust",
    "composer.json": "php",
    "Gemfile": "ruby",
    "gems.rb": "ruby",
    "go.mod": "go",
    "package.json": "node",
    "Pipfile": "python",
    "pyproject.toml": "python",
}
"""The files of one name that declare dependencies, and their ecosystem; requirements files have many names."""

_INSTALLERS = {
    "bun": ("node", frozenset({"install", "i"})),
    "bundle": ("ruby", frozenset({"", "install"})),
    "cargo": ("rust", frozenset({"build", "install", "run"})),
    "composer": ("php", frozenset({"install", "i", "update"})),
    "go": ("go", frozenset({"build", "get", "install", "mod", "run"})),
    "npm": ("node", frozenset({"install", "i", "ci", "clean-install"})),
    "pdm": ("python", frozenset({"install", "sync"})),
    "pip": ("python", frozenset({"install"})),
    "pipenv": ("python", frozenset({"install", "sync"})),
    "pnpm": ("node", frozenset({"install", "i"})),
    "poetry": ("python", frozenset({"install"})),
    "uv": ("python", frozenset({"run", "sync"})),
    "yarn": ("node", frozenset({"", "install"})),
}
_WITH_VALUES = frozenset(
    """-C --cache-folder --cwd --dir --filter --gemfile --include --jobs --loglevel --network-concurrency --network-timeout --omit --only
    --prefix --registry --working-dir --workspace -w -j -d""".split()
)


def installed_ecosystem(words: Sequence[str]) -> str:
    """Return the ecosystem whose manifest a command installs: `npm ci` gives node; nothing for `npm install express`.

    `words` are a program and its arguments. For Python it is the project's own manifest (`pip install .`, `uv sync`),
    not a requirements file.
    """
    program, arguments = words[0].rpartition("/")[2] if words else "", list(words[1:])
    if program.startswith("python") and arguments[:1] == ["-m"]:
        program, arguments = "".join(arguments[1:2]), arguments[2:]
    if program == "uv" and arguments[:1] == ["pip"]:
        program, arguments = "pip", arguments[1:]
    program = "pip" if program == "pip3" else program
    ecosystem, installing = _INSTALLERS.get(program, ("", frozenset()))
    command, *named = _named(arguments) or [""]
    if command not in installing or "-g" in arguments or "--global" in arguments:
        return ""
    if program == "pip":
        return ecosystem if any(name.startswith(".") for name in named) else ""
    return "" if ecosystem == "node" and any(named) else ecosystem


def _named(arguments: Sequence[str]) -> list[str]:
    """Return the arguments that are neither options nor values of options."""
    return [
        argument
        for number, argument in enumerate(arguments)
        if not argument.startswith("-") and not (number and arguments[number - 1] in _WITH_VALUES)
    ]
