"""Env file with secrets is in the repository.

Whoever may read the repository, or ever could, knows what is in it, and every deploy that sets nothing of its own runs
with it. Untrack the file (`git rm --cached .env`), ignore it, rotate what was in it, and keep a `.env.example` with names only.

A token, a key or a password that looks random is an error. A weak password or a placeholder (`changethis`) is a warning:
it becomes the password of whoever does not notice. Where the file is named for development, or only Compose projects
for development take it, each is one step less. A file without secrets is a note, unless Compose takes it for
its defaults. Secrets in a file that git neither tracks nor ignores are a warning: the next `git add .` commits them.

Left alone are examples, samples, templates and files for tests; variables that a frontend publishes (`VITE_`,
`NEXT_PUBLIC_`, `REACT_APP_`), and switches of its build; placeholders of keys that others issue, with which nothing works; values encrypted by sops or dotenvx; addresses of the own machine; files in a folder that is
no git checkout and is not known to be committed.

See also: <https://12factor.net/config>,
<https://docs.github.com/en/code-security/tutorials/remediate-leaked-secrets/remediating-a-leaked-secret>
"""

import re
from collections.abc import Iterator
from posixpath import join

from cnlint.api import (
    AppendLine,
    Change,
    EnvFile,
    EnvVar,
    Finding,
    Process,
    Related,
    Repository,
    Secret,
    Severity,
    check,
    is_for_development,
    is_reference,
    lazy,
    leads_elsewhere,
    opens_nothing,
)

_TEMPLATES = frozenset(
    """example examples sample samples template templates tmpl tpl dist default defaults schema skeleton test tests testing
    ci e2e""".split()
)
_PUBLISHED = lazy(r"(?:VITE|NEXT_PUBLIC|NUXT_PUBLIC|REACT_APP|VUE_APP|EXPO_PUBLIC|GATSBY|PUBLIC|NG_APP|STORYBOOK)_")
"""Prefixes of variables that bundlers write into what browsers load:
<https://vite.dev/guide/env-and-mode>, <https://nextjs.org/docs/app/guides/environment-variables>."""
_OF_TOOLS = lazy(
    r"(?:COMPOSE|DOCKER)_|(?:SKIP_PREFLIGHT_CHECK|GENERATE_SOURCEMAP|INLINE_RUNTIME_CHUNK|IMAGE_INLINE_SIZE_LIMIT|FAST_REFRESH|EXTEND_ESLINT"
    r"|TSC_COMPILE_ON_ERROR|(?:ESLINT_NO_DEV_ERRORS|DISABLE_(?:ESLINT_PLUGIN|NEW_JSX_TRANSFORM))|BUILD_PATH|BROWSER|REACT_EDITOR|CHOKIDAR_\w+)$"
)
"""Variables of Compose, and switches of a build that are the same for every deploy, of Create React App:
<https://create-react-app.dev/docs/advanced-configuration/>."""
_LESS: dict[Severity, Severity] = {"error": "warning", "warning": "note", "note": "note"}
_NAMED = 4


@check("CN0307", tier="core", severity="error")
def dotenv_committed(file: EnvFile, repository: Repository) -> Iterator[Finding]:
    """Report an env file that git tracks, or would, at its worst secret."""
    name = file.path.rpartition("/")[2]
    if _TEMPLATES.intersection(re.findall(r"[a-z0-9]+", name.lower())):
        return
    secrets = [(variable, secret) for variable in file.variables if (secret := _secret(variable)) is not None]
    worst = max(secrets, key=lambda one: _weight(one[1]), default=None)
    if worst is None:
        if file.state == "tracked" and _is_of_a_deploy(file, repository):
            yield Finding(file.variables.entries[0], f"git tracks {name}, the configuration of one deploy", severity="note")
        return
    place = worst[0].value if worst[0].value.span is not None else worst[0]
    others = [Related(one.span, "a secret, too") for one, _ in secrets if one is not worst[0]][:_NAMED]
    what = worst[0].name.known("?")
    if file.state == "untracked" and _weight(worst[1]) > 1:
        message = f"git does not ignore {name}, which holds a secret in {what}: the next `git add .` commits it"
        yield Finding(place, message, severity="warning", related=others)
    elif file.state == "tracked":
        message = (
            f"git tracks {name}, and with it the secret in {what}"
            if _weight(worst[1]) > 1
            else f"git tracks {name}, and its {what} becomes that of every deploy that sets no other"
        )
        yield Finding(place, message, severity=_severity(file, worst[1], repository), related=others)


@dotenv_committed.fix(safe=True)
def ignore(file: EnvFile) -> Iterator[Change]:
    """Have git ignore a file that it does not track yet; one that it tracks must be untracked by hand."""
    if file.state == "untracked":
        name = file.path.rpartition("/")[2]
        yield AppendLine(".gitignore", name if name.startswith(".env") else f"/{file.path}")


def _secret(variable: EnvVar) -> Secret | None:
    """Return the secret that a variable certainly holds; none for what is published anyway."""
    secret, name = variable.value.secret, variable.name.known("")
    if secret is None or not variable.value.is_known or not name or _PUBLISHED.match(name):
        return None
    if secret.kind == "dsn" and not leads_elsewhere(variable.value.known("")):
        return None
    return None if opens_nothing(secret, name) else secret


def _weight(secret: Secret) -> int:
    """Return how much a secret tells: issued or a key before random before weak before a placeholder."""
    if secret.provider or secret.kind == "private-key":
        return 3
    return {"placeholder": 0, "weak": 1, "random": 2}[secret.strength]


def _severity(file: EnvFile, secret: Secret, repository: Repository) -> Severity:
    severity: Severity = "error" if _weight(secret) > 1 else "warning"
    if _weight(secret) > 2:
        return severity
    takers = [process.target for system in repository.systems for process in system.processes if _takes(process, file)]
    develops = is_for_development(file.path) or (bool(takers) and all(target.environment != "production" for target in takers))
    return _LESS[severity] if develops else severity


def _takes(process: Process, file: EnvFile) -> bool:
    """Tell whether a process of a Compose project gets the file: by its name, or because the project takes defaults from it."""
    folder = process.target.path.rpartition("/")[0]
    if process.target.platform != "compose" or process.container is None:
        return False
    named = (source.name.known("") for source in process.container.env_sources if source.kind == "file")
    return file.path in named or file.path == join(folder, ".env")


def _is_of_a_deploy(file: EnvFile, repository: Repository) -> bool:
    """Tell whether a file without secrets certainly holds what is set for a deploy, in plain text and not for everybody."""
    name, folder = file.path.rpartition("/")[2], file.path.rpartition("/")[0]
    if not name.startswith(".env") or is_for_development(file.path) or file.variables.is_empty or not file.variables.complete:
        return False
    if any(facts.kind == "compose" and facts.path.rpartition("/")[0] == folder for facts in repository.facts):
        return False
    names = [variable.name.known("") for variable in file.variables]
    known = all(variable.name.is_known and variable.value.satisfies(lambda text: not is_reference(text)) for variable in file.variables)
    return known and not any(_PUBLISHED.match(name) for name in names) and not all(_OF_TOOLS.match(name) for name in names)
