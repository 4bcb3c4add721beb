"""Install commands that may change or pass over what a lock file pins, and how one says that they must not.

Sources: <https://docs.npmjs.com/cli/commands/npm-ci>, <https://classic.yarnpkg.com/en/docs/cli/install>,
<https://yarnpkg.com/cli/install>, <https://pnpm.io/cli/install>, <https://bun.sh/docs/cli/install>,
<https://docs.astral.sh/uv/concepts/projects/sync/#automatic-lock-and-sync>, <https://pipenv.pypa.io/en/latest/commands.html#install>,
<https://bundler.io/man/bundle-install.1.html>, <https://doc.rust-lang.org/cargo/commands/cargo-build.html#manifest-options>,
<https://getcomposer.org/doc/03-cli.md#update-u-upgrade>, <https://go.dev/ref/mod#go-mod-tidy>
"""

from __future__ import annotations

from msgspec import Struct

from cnlint.knowledge.commands import program, unwrapped
from cnlint.model.command import Invocation, Word
from cnlint.patterns import lazy

_NPM = ("package-lock.json", "npm-shrinkwrap.json")
_WITH_VALUE = frozenset(
    """-C -j -P -w -p --cache --cache-folder --cwd --dir --fetch-retries --fetch-timeout --filter --gemfile --group --extra --include --jobs
    --loglevel --manifest-path --maxsockets --mutex --network-concurrency --network-timeout --no-group --omit --only --package --path --prefix
    --project --directory --python --registry --retry --store-dir --target --target-dir --features --bin --profile --userconfig --with --without
    --working-dir --workspace --modules-folder --link-mode --index --default-index""".split()
)


class Rule(Struct, frozen=True, gc=False):
    """A command that does not keep to a lock file.

    `locks` are the files that it should keep to, `enforcing` the options and `variables` the environment by which it does;
    `instead` is the command or option that does, empty where there is none. `writes` where it always makes a new lock.
    """

    locks: tuple[str, ...]
    enforcing: tuple[str, ...] = ()
    variables: tuple[str, ...] = ()
    instead: str = ""
    writes: bool = False


class Install(Struct, frozen=True, gc=False):
    """A step that installs what a manifest of the project declares: the command and its program, the manifest by name, the lock files that it reads.

    `folder` is the option's value that says where the manifest is, if there is one. A program without `locks` (pip) reads none.
    `needs_lock` where it fails without one.
    """

    command: str
    program: str
    manifest: str
    locks: tuple[str, ...]
    folder: Word | None = None
    needs_lock: bool = False


class Loose(Struct, frozen=True, gc=False):
    """A step that does not keep to a lock file: the command by its name, the word of the subcommand if there is one, the rule."""

    command: str
    word: Word | None
    program: Word
    rule: Rule


_INSTALL = {
    "npm": Rule(_NPM, ("--package-lock-only",), (), "npm ci"),
    "yarn": Rule(
        ("yarn.lock",),
        ("--frozen-lockfile", "--immutable", "--immutable-cache", "--pure-lockfile", "--offline"),
        ("CI", "YARN_ENABLE_IMMUTABLE_INSTALLS"),
        "--frozen-lockfile (--immutable from Yarn 2 on)",
    ),
    "pnpm": Rule(("pnpm-lock.yaml",), ("--frozen-lockfile", "--offline"), ("CI",), "--frozen-lockfile"),
    "bun": Rule(("bun.lock", "bun.lockb"), ("--frozen-lockfile",), (), "--frozen-lockfile"),
    "pipenv": Rule(("Pipfile.lock",), ("--deploy", "--ignore-pipfile"), ("PIPENV_IGNORE_PIPFILE",), "--deploy"),
    "bundle": Rule(("Gemfile.lock",), ("--deployment", "--frozen"), ("BUNDLE_FROZEN", "BUNDLE_DEPLOYMENT"), "BUNDLE_FROZEN=1"),
    "uv": Rule(("uv.lock",), ("--frozen", "--locked"), ("UV_FROZEN", "UV_LOCKED"), "--locked"),
    "cargo": Rule(("Cargo.lock",), ("--locked", "--frozen", "--offline"), (), "--locked"),
}
_SUBCOMMANDS = {
    **dict.fromkeys([("npm", "install"), ("npm", "i"), ("npm", "in")], _INSTALL["npm"]),
    **dict.fromkeys([("yarn", ""), ("yarn", "install")], _INSTALL["yarn"]),
    **dict.fromkeys([("pnpm", "install"), ("pnpm", "i")], _INSTALL["pnpm"]),
    **dict.fromkeys([("bun", "install"), ("bun", "i")], _INSTALL["bun"]),
    ("pipenv", "install"): _INSTALL["pipenv"],
    **dict.fromkeys([("bundle", ""), ("bundle", "install")], _INSTALL["bundle"]),
    ("uv", "sync"): _INSTALL["uv"],
    **dict.fromkeys([("cargo", "build"), ("cargo", "b"), ("cargo", "run")], _INSTALL["cargo"]),
    **dict.fromkeys([("npm", "update"), ("npm", "up"), ("npm", "upgrade")], Rule(_NPM, instead="npm ci", writes=True)),
    **dict.fromkeys([("yarn", "upgrade"), ("yarn", "up")], Rule(("yarn.lock",), instead="yarn install", writes=True)),
    **dict.fromkeys([("pnpm", "update"), ("pnpm", "up")], Rule(("pnpm-lock.yaml",), instead="pnpm install --frozen-lockfile", writes=True)),
    ("bundle", "update"): Rule(("Gemfile.lock",), instead="bundle install", writes=True),
    ("cargo", "update"): Rule(("Cargo.lock",), instead="cargo build --locked", writes=True),
    ("poetry", "update"): Rule(("poetry.lock",), instead="poetry install", writes=True),
    ("pipenv", "update"): Rule(("Pipfile.lock",), instead="pipenv sync", writes=True),
    **dict.fromkeys([("composer", "update"), ("composer", "u")], Rule(("composer.lock",), instead="composer install", writes=True)),
    ("go", "mod tidy"): Rule(("go.sum",), instead="go mod download", writes=True),
    ("go", "get"): Rule(("go.sum",), instead="go mod download", writes=True),
}
_TAKES_NAMES = frozenset({"cargo"})
"""Programs whose arguments after the subcommand name no package to add."""


_INSTALLS: dict[str, tuple[str, tuple[str, ...], frozenset[str]]] = {
    "npm": ("package.json", _NPM, frozenset({"install", "i", "in", "ci", "clean-install"})),
    "yarn": ("package.json", ("yarn.lock",), frozenset({"", "install"})),
    "pnpm": ("package.json", ("pnpm-lock.yaml",), frozenset({"install", "i", "ci"})),
    "bun": ("package.json", ("bun.lock", "bun.lockb"), frozenset({"install", "i"})),
    "pipenv": ("Pipfile", ("Pipfile.lock",), frozenset({"install", "sync"})),
    "poetry": ("pyproject.toml", ("poetry.lock",), frozenset({"install", "sync"})),
    "pdm": ("pyproject.toml", ("pdm.lock",), frozenset({"install", "sync"})),
    "uv": ("pyproject.toml", ("uv.lock",), frozenset({"sync"})),
    "bundle": ("Gemfile", ("Gemfile.lock",), frozenset({"", "install"})),
    "composer": ("composer.json", ("composer.lock",), frozenset({"install", "i"})),
    "cargo": ("Cargo.toml", ("Cargo.lock",), frozenset({"build", "b", "run", "fetch"})),
    "go": ("go.mod", ("go.sum",), frozenset({"build"})),
}
"""Package managers: the manifest that they install, the lock files that they read, the commands that do it. For the sources see above, and
<https://python-poetry.org/docs/cli/#install>, <https://pdm-project.org/en/latest/reference/cli/#install>,
<https://doc.rust-lang.org/cargo/guide/cargo-toml-vs-cargo-lock.html>, <https://go.dev/ref/mod#go-sum-files>."""

_FAIL_WITHOUT = frozenset({("npm", "ci"), ("npm", "clean-install"), ("pnpm", "ci"), ("pipenv", "sync")})
_DEMANDING = {
    "pnpm": frozenset({"--frozen-lockfile"}),
    "uv": frozenset({"--locked", "--frozen"}),
    "cargo": frozenset({"--locked", "--frozen"}),
}
"""Commands, and options, that fail where there is no lock file: <https://docs.npmjs.com/cli/commands/npm-ci>,
<https://pnpm.io/cli/install#--frozen-lockfile>, <https://pipenv.pypa.io/en/latest/cli.html>, <https://docs.astral.sh/uv/concepts/projects/sync/>,
<https://doc.rust-lang.org/cargo/commands/cargo-build.html#manifest-options>."""

_ELSEWHERE = ("-C", "--prefix", "--cwd", "--dir", "--directory", "--project", "--working-dir", "-d", "--manifest-path", "--gemfile")
_OF_PROJECT = lazy(r"\.(?:\[[\w,-]+\])?$|\./?$")


def installs(step: Invocation) -> Install | None:
    """Return how a step installs all that a manifest declares; None where it does not, installs by name, or is not fully known.

    Sources: those of the package managers, and for pip, which reads no lock file but a `pylock.toml` that it is given,
    <https://pip.pypa.io/en/stable/cli/pip_install/>.
    """
    words = unwrapped(step)
    name = program(words)
    arguments, options = _split(words[1:])
    if step.is_open or any(option in ("-g", "--global", "--version", "--help") for option in options):
        return None
    if name == "uv" and [word.text for word in arguments[:1]] == ["pip"]:
        name, arguments = "pip", arguments[1:]
    first = arguments[0].text if arguments else ""
    if name in ("pip", "pip3"):
        is_project = first == "install" and any(_OF_PROJECT.match(word.text) for word in arguments[1:])
        is_free = {"-r", "--requirement", "-c", "--constraint", "--no-deps"}.isdisjoint(option.partition("=")[0] for option in options)
        return Install("pip install .", "pip", "pyproject.toml", ()) if is_project and is_free else None
    manifest, locks, subcommands = _INSTALLS.get(name, ("", (), frozenset[str]()))
    if first not in subcommands or (len(arguments) > 1 and name not in _TAKES_NAMES and name != "go"):
        return None
    needs = (name, first) in _FAIL_WITHOUT or not _DEMANDING.get(name, frozenset()).isdisjoint(options)
    return Install(f"{name} {first}".strip(), name, manifest, locks, step.option(*_ELSEWHERE), needs)


def loose(step: Invocation) -> Loose | None:
    """Return how a step installs what a manifest declares without keeping to its lock file; None where it does, or installs by name.

    What the shell expands may be the option that is missing: such a step is None, too.
    """
    words = unwrapped(step)
    name = program(words)
    arguments, options = _split(words[1:])
    first = arguments[0].text if arguments else ""
    both = " ".join(word.text for word in arguments[:2])
    key = both if (name, both) in _SUBCOMMANDS else first
    rule = _SUBCOMMANDS.get((name, key))
    if rule is None or step.is_open or any(option in ("-g", "--global", "--version", "--help") for option in options):
        return None
    if name == "go" and key == "get" and "-u" not in options:
        return None
    if (len(arguments) > key.count(" ") + 1 and name not in _TAKES_NAMES and key != "get") or any(
        option.partition("=")[0] in rule.enforcing for option in options
    ):
        return None
    return Loose(f"{name} {key}".strip(), arguments[0] if arguments else None, words[0], rule)


def enforces_by_configuration(step: Invocation) -> bool:
    """Tell whether a step sets Bundler to keep to its lock file for all that follows: `bundle config set frozen true`."""
    texts = [word.text for word in unwrapped(step)]
    return texts[:2] == ["bundle", "config"] and any(text in ("frozen", "deployment") for text in texts[2:]) and texts[-1] != "false"


def _split(words: tuple[Word, ...]) -> tuple[tuple[Word, ...], tuple[str, ...]]:
    """Return the arguments that are no options nor values of options, and the options."""
    arguments: list[Word] = []
    options: list[str] = []
    skips = False
    for word in words:
        if skips:
            skips = False
        elif word.text.startswith("-"):
            options.append(word.text)
            skips = word.text in _WITH_VALUE
        else:
            arguments.append(word)
    return tuple(arguments), tuple(options)
