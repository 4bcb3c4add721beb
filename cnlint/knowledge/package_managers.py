"""The files of package managers: what declares dependencies, and what locks them.

Sources: <https://docs.npmjs.com/cli/configuring-npm/package-lock-json>, <https://pnpm.io/git#lockfiles>,
<https://bun.sh/docs/pm/lockfile>, <https://peps.python.org/pep-0751/>, <https://docs.astral.sh/uv/concepts/projects/layout/>,
<https://python-poetry.org/docs/basic-usage/#installing-dependencies>, <https://pdm-project.org/en/latest/usage/lockfile/>,
<https://pipenv.pypa.io/en/latest/pipfile.html>, <https://bundler.io/guides/rationale.html>, <https://go.dev/ref/mod#go-sum-files>,
<https://getcomposer.org/doc/01-basic-usage.md>, <https://doc.rust-lang.org/cargo/guide/cargo-toml-vs-cargo-lock.html>.
"""

from __future__ import annotations

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
