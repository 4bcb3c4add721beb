"""Programs that only start another one: inits, runners, `python -m`."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Sequence

from cnlint.model.command import Invocation, Word
from cnlint.patterns import lazy

_USER_CHANGERS = frozenset({"gosu", "su-exec", "s6-setuidgid", "setuidgid"})
"""A user, then the program (<https://github.com/tianon/gosu>, <https://skarnet.org/software/s6/s6-setuidgid.html>)."""
_PREFIXES = frozenset(
    """tini tini-static dumb-init catatonit docker-init npx bunx env nice ionice nohup stdbuf time timeout setsid command sudo setpriv runuser chpst
    with-contenv xvfb-run cross-env cross-env-shell dotenv dockerize ddtrace-run opentelemetry-instrument docker-php-entrypoint""".split()
)
"""Options, perhaps `--`, then the program.

Sources: <https://github.com/krallin/tini>, <https://github.com/Yelp/dumb-init>, <https://docs.npmjs.com/cli/commands/npx>,
<https://man7.org/linux/man-pages/man1/setpriv.1.html>, <https://man7.org/linux/man-pages/man1/runuser.1.html>,
<https://github.com/just-containers/s6-overlay#container-environment>, <https://github.com/kentcdodds/cross-env>,
<https://github.com/entropitor/dotenv-cli>, <https://github.com/jwilder/dockerize>,
<https://ddtrace.readthedocs.io/en/stable/installation_quickstart.html>,
<https://opentelemetry.io/docs/zero-code/python/configuration/>,
<https://github.com/docker-library/php/blob/master/docker-php-entrypoint>.
"""
_ASSIGNING = frozenset({"env", "sudo", "cross-env", "cross-env-shell"})
"""Prefixes that take assignments before the program."""
_WITH_VALUE = {
    "dotenv": frozenset({"-e", "-v", "-c"}),
    "dockerize": frozenset(
        {"-wait", "-timeout", "-template", "-stdout", "-stderr", "-wait-retry-interval", "-wait-http-header", "-env", "-delims"}
    ),
    "runuser": frozenset({"-u", "--user", "-g", "--group"}),
    "xvfb-run": frozenset({"-s", "--server-args", "-n", "--server-num"}),
    "opentelemetry-instrument": frozenset(
        {"--traces_exporter", "--metrics_exporter", "--logs_exporter", "--service_name", "--exporter_otlp_endpoint"}
    ),
    "npx": frozenset({"-p", "--package"}),
    "tini": frozenset({"-p", "-e"}),
    "tini-static": frozenset({"-p", "-e"}),
    "dumb-init": frozenset({"-r", "--rewrite"}),
    "env": frozenset({"-u", "--unset", "-C", "--chdir"}),
    "nice": frozenset({"-n"}),
    "ionice": frozenset({"-c", "-n"}),
    "stdbuf": frozenset({"-i", "-o", "-e"}),
    "timeout": frozenset({"-k", "-s"}),
    "sudo": frozenset({"-u", "-g", "--user", "--group"}),
    "setpriv": frozenset({"--reuid", "--regid", "--groups"}),
    "chpst": frozenset({"-u", "-U", "-e"}),
}
_RUNNERS = {
    "poetry": "run",
    "pipenv": "run",
    "uv": "run",
    "pdm": "run",
    "hatch": "run",
    "rye": "run",
    "bundle": "exec",
    "pnpm": "exec",
    "yarn": "exec",
    "npm": "exec",
    "conda": "run",
    "micromamba": "run",
    "doppler": "run",
    "infisical": "run",
    "op": "run",
    "newrelic-admin": "run-program",
    "dotenvx": "run",
}
"""A program and the subcommand that runs another one: package managers (<https://python-poetry.org/docs/cli/#run>,
<https://docs.astral.sh/uv/reference/cli/#uv-run>, <https://bundler.io/man/bundle-exec.1.html>, …), and what brings secrets
(<https://docs.doppler.com/docs/cli>, <https://infisical.com/docs/cli/commands/run>, <https://dotenvx.com/docs/advanced/run>) or
instruments (<https://docs.newrelic.com/docs/apm/agents/python-agent/installation/python-agent-admin-script-advanced-usage/>)."""
_RUNNERS_WITH_VALUE = frozenset(
    "-n --name -p --project -f -e --group --extra --with --python --directory --env --config --env-file --package".split()
)
_WAITERS = frozenset({"wait-for-it", "wait-for-it.sh", "wait-for", "wait-for.sh", "wait_for_it.sh", "chamber", "envconsul", "aws-vault"})
"""Whatever they take, `--`, then the program (<https://github.com/vishnubob/wait-for-it>, <https://github.com/segmentio/chamber>)."""
_DURATION = lazy(r"(\d+(?:\.\d+)?)([smh]?)$")
_SECONDS = {"": 1, "s": 1, "m": 60, "h": 3600}
PYTHON = lazy(r"python[\d.]*$|pypy\d?$")


def unwrapped(step: Invocation) -> tuple[Word, ...]:
    """Return the words of the program that a step runs in the end, behind inits, runners and the like.

    `tini -- poetry run python -m gunicorn app` gives `gunicorn app`.
    """
    words = step.words
    for _ in range(8):
        shorter = _inner(words)
        if shorter is None:
            return words
        words = shorter
    return words


def program(words: Sequence[Word]) -> str:
    """Return a program's name without its folder; empty where there is none or where it is expanded."""
    return posixpath.basename(words[0].text) if words and words[0].literal else ""


def slept(step: Invocation) -> float | None:
    """Return the seconds that a `sleep` with one written duration (`90`, `1.5m`) sleeps; None for other steps and where that is not known.

    Source: <https://www.gnu.org/software/coreutils/manual/html_node/sleep-invocation.html>
    """
    if step.program != "sleep" or len(step.words) != 2 or not step.words[1].literal:
        return None
    duration = _DURATION.match(step.words[1].text)
    return float(duration[1]) * _SECONDS[duration[2]] if duration else None


def _inner(words: tuple[Word, ...]) -> tuple[Word, ...] | None:
    """Return the words behind one wrapper, None where there is none."""
    name = program(words)
    if PYTHON.match(name):
        index = _skip_options(words, 1, frozenset({"-W", "-X"}))
        return words[index + 1 :] if index + 1 < len(words) and words[index].text == "-m" else None
    if name in _RUNNERS and len(words) > 2:
        at = next((index for index in range(1, len(words)) if not words[index].text.startswith("-")), 0)
        if words[at].text == _RUNNERS[name]:
            return _behind(words, _skip_options(words, at + 1, _RUNNERS_WITH_VALUE))
        return None
    if name in _WAITERS:
        return next((words[index + 1 :] for index in range(1, len(words)) if words[index].text == "--"), None)
    if name in _PREFIXES:
        index = _skip_options(words, 1, _WITH_VALUE.get(name, frozenset()))
        while name in _ASSIGNING and index < len(words) and re.match(r"[A-Za-z_]\w*=", words[index].text):
            index += 1
        return _behind(words, index + (name == "timeout"))
    return _behind(words, 2) if name in _USER_CHANGERS else None


def _skip_options(words: Sequence[Word], index: int, with_value: frozenset[str]) -> int:
    while index < len(words) and words[index].text.startswith("-") and words[index].text not in ("--", "-m"):
        index += 2 if words[index].text in with_value else 1
    return index + (index < len(words) and words[index].text == "--")


def _behind(words: tuple[Word, ...], index: int) -> tuple[Word, ...] | None:
    return words[index:] if index < len(words) else None
