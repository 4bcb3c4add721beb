"""Commands that install packages by name, and in which version.

Sources of the options: <https://pip.pypa.io/en/stable/cli/pip_install/>, <https://docs.astral.sh/uv/reference/cli/>,
<https://docs.npmjs.com/cli/commands/npm-install>, <https://classic.yarnpkg.com/en/docs/cli/global>, <https://pnpm.io/cli/add>,
<https://guides.rubygems.org/command-reference/#gem-install>, <https://go.dev/ref/mod#go-install>,
<https://doc.rust-lang.org/cargo/commands/cargo-install.html>
"""

from __future__ import annotations

import re

from msgspec import Struct

from cnlint.knowledge.commands import program, unwrapped
from cnlint.model.command import Invocation, Word
from cnlint.patterns import lazy

_PIP = frozenset(
    """-r --requirement -c --constraint -e --editable -t --target --platform --python-version --implementation --abi --root --prefix --src
    --upgrade-strategy -C --config-setting --config-settings --global-option --no-binary --only-binary --progress-bar --root-user-action
    --report --group -i --index-url --extra-index-url -f --find-links --log --proxy --retries --timeout --exists-action --trusted-host --cert
    --client-cert --cache-dir --python --use-feature --use-deprecated --keyring-provider --pip-args --suffix --backend
    -p --index --default-index --index-strategy --link-mode --resolution --prerelease --exclude-newer --config-file --directory --project
    -o --override --overrides -b --build-constraint --build-constraints --extra --no-build-package --no-binary-package --refresh-package
    -P --upgrade-package --upgrade-group --reinstall-package --torch-backend --with --with-requirements --from --fork-strategy --excludes
    --python-preference --python-fetch --python-platform --config-settings-package --no-build-isolation-package --exclude-newer-package
    --color --allow-insecure-host""".split()
)
_NODE = frozenset(
    """-C --cache --cache-folder --cwd --dir --fetch-retries --fetch-timeout --filter --include --install-strategy --loglevel --maxsockets
    --modules-folder --mutex --network-concurrency --network-timeout --omit --only --otp --prefix --registry --store-dir --tag --userconfig -w
    --workspace --global-dir --global-folder""".split()
)
_GEM = frozenset(
    """-i --install-dir -n --bindir -P --trust-policy -s --source --clear-sources --platform -p --http-proxy -g --file -B --bulk-threshold
    --without --build-root --document --config-file""".split()
)
_GO = frozenset(
    "-C -asmflags -buildmode -buildvcs -compiler -gccgoflags -gcflags -ldflags -mod -modfile -overlay -p -pgo -pkgdir -tags -toolexec -o".split()
)
_CARGO = frozenset(
    """--path --root --registry --index -F --features --target --target-dir --profile -j --jobs --bin --example --config -Z --color --git --branch
    --tag --rev --message-format --version --vers""".split()
)
_SETTLED = ("-c", "--constraint", "--constraints", "-f", "--find-links", "--no-index", "--exclude-newer")
CONSTRAINTS = frozenset(
    {"PIP_CONSTRAINT", "PIP_NO_INDEX", "PIP_FIND_LINKS", "UV_CONSTRAINT", "UV_EXCLUDE_NEWER", "UV_FIND_LINKS", "UV_NO_INDEX"}
)
"""Variables that say the same as these options."""
_FLAGS = frozenset(
    """--upgrade --quiet --verbose --no-cache-dir --no-cache --user --pre --no-deps --break-system-packages --disable-pip-version-check
    --no-input --force-reinstall --no-warn-script-location --no-compile --compile --compile-bytecode --prefer-binary --no-build-isolation
    --ignore-installed --isolated --require-hashes --system --reinstall --no-python-downloads --native-tls --force --include-deps --global
    --no-save --save --save-dev --save-exact --save-optional --save-peer --no-audit --no-fund --unsafe-perm --legacy-peer-deps --ignore-scripts
    --production --silent --no-optional --no-package-lock --no-progress --prefer-offline --allow-root --strict-peer-deps --workspace-root
    --dev --exact --non-interactive --no-lockfile --ignore-engines --no-document --no-doc --no-ri --no-rdoc --conservative --minimal-deps
    --prerelease --local --remote --locked --frozen --offline --no-default-features --all-features --no-track --no-confirm --yes --debug""".split()
)
"""Options without a value: what follows any other long option may be its value."""
_TOOLING = frozenset({"pip", "setuptools", "wheel"})
"""What a Python image brings along, and installs raise before anything else."""
_FILE = lazy(r".*\.(?:whl|zip|tgz|gem|tar|tar\.\w+)$")
_ELSEWHERE = lazy(r"[./~]|[a-z+]+:|.*(?:://|@ )|git@")
"""A path, a URL, `github:owner/name`."""
_PYTHON_NAME = lazy(r"[A-Za-z0-9][\w.-]*(?:\[[\w,.\s-]*\])?$")
_NODE_NAME = lazy(r"(?:@[\w.-]+/)?[\w.-]+(?:@(?:latest|next|lts|canary|beta|alpha))?$")
_GEM_NAME = lazy(r"[\w.-]+$")
_CARGO_NAME = lazy(r"[\w-]+(?:@\*)?$")
_GO_MOVING = lazy(r".+@(?:latest|main|master|upgrade|patch|HEAD)$")


class Installer(Struct, frozen=True, gc=False):
    """How a program installs by name: its subcommands, options that take a value, options that settle versions, names without version."""

    commands: tuple[tuple[str, ...], ...]
    with_value: frozenset[str]
    settled: tuple[str, ...]
    moves: re.Pattern[str]


_INSTALLERS = {
    "pip": Installer((("install",), ("wheel",)), _PIP, _SETTLED, _PYTHON_NAME),
    "pipx": Installer((("install",),), _PIP, _SETTLED, _PYTHON_NAME),
    "uv": Installer((("pip", "install"), ("tool", "install"), ("add",)), _PIP, _SETTLED, _PYTHON_NAME),
    "npm": Installer((("install",), ("i",), ("add",)), _NODE, (), _NODE_NAME),
    "pnpm": Installer((("add",), ("install",), ("i",)), _NODE, (), _NODE_NAME),
    "yarn": Installer((("global", "add"), ("add",)), _NODE, (), _NODE_NAME),
    "bun": Installer((("add",), ("install",), ("i",)), _NODE, (), _NODE_NAME),
    "gem": Installer((("install",), ("i",)), _GEM, ("-v", "--version", "-g", "--file"), _GEM_NAME),
    "go": Installer((("install",), ("get",)), _GO, (), _GO_MOVING),
    "cargo": Installer((("install",), ("binstall",)), _CARGO, ("--version", "--vers", "--path", "--git"), _CARGO_NAME),
}


def unpinned(step: Invocation) -> tuple[str, tuple[Word, ...]]:
    """Return the program by which a step installs packages, and those that it names without a version.

    Paths, URLs and what the shell expands are not looked at, nor is anything where a constraint settles the versions.
    """
    name, installer, named = _named(step)
    if installer is None or any(_is_given(word.text, installer.settled) for word in unwrapped(step)):
        return "", ()
    return name, tuple(word for word in named if installer.moves.match(word.text) and word.text.lower() not in _TOOLING)


def installed_by_name(step: Invocation) -> tuple[str, tuple[Word, ...]]:
    """Return the program by which a step installs packages, and all that it names, with a version or without."""
    name, _, named = _named(step)
    return name, tuple(word for word in named if word.text.lower() not in _TOOLING)


def _named(step: Invocation) -> tuple[str, Installer | None, tuple[Word, ...]]:
    words = unwrapped(step)
    name = re.sub(r"^pip[\d.]+$", "pip", program(words))
    installer = _INSTALLERS.get(name)
    if installer is None:
        return "", None, ()
    arguments = _arguments(words[1:], installer)
    command = next((one for one in installer.commands if tuple(word.text for word in arguments[: len(one)]) == one), None)
    if command is None:
        return "", None, ()
    return (
        name,
        installer,
        tuple(
            word
            for word in arguments[len(command) :]
            if (word.literal or "$" not in word.text)  # `celery[redis]` is a pattern to a shell, too
            and not _ELSEWHERE.match(word.text)
            and not _FILE.match(word.text)
        ),
    )


def _arguments(words: tuple[Word, ...], installer: Installer) -> tuple[Word, ...]:
    """Return the words that are neither options nor, perhaps, values of options."""
    found = []
    skips = False
    for word in words:
        if skips:
            skips = False
        elif word.text.startswith("-"):
            skips = word.text in installer.with_value or (word.text.startswith("--") and "=" not in word.text and word.text not in _FLAGS)
        else:
            found.append(word)
    return tuple(found)


def _is_given(text: str, options: tuple[str, ...]) -> bool:
    return any(text == option or text.startswith(f"{option}=") or (len(option) == 2 and text.startswith(option)) for option in options)
