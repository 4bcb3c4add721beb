"""Debuggers that listen on a port, and the words that let others than the machine itself reach it.

Sources: <https://nodejs.org/docs/latest/api/cli.html#--inspecthostport>, <https://github.com/microsoft/debugpy#debugpy-cli-usage>,
<https://docs.oracle.com/en/java/javase/21/docs/specs/jpda/conninv.html#socket-transport>,
<https://github.com/go-delve/delve/blob/master/Documentation/usage/dlv.md>.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from cnlint.knowledge.commands import PYTHON, program
from cnlint.model.command import Invocation, Word
from cnlint.model.workload import EnvVar
from cnlint.patterns import lazy

_ALL = r"(?:0\.0\.0\.0|\[?::\]?|\*)"
_NODE = lazy(rf"--inspect(?:-brk|-wait|-port)?={_ALL}(?::\d+)?$")
_JDWP = lazy(rf"-(?:agentlib:|Xrun)jdwp[=:](?=.*server=y).*address={_ALL}:\d+")
_DELVE = lazy(rf"(?:--listen=|-l=?)?{_ALL}?:\d+$")
_DEBUGPY = lazy(rf"{_ALL}:\d+$")
_OPTIONS = {
    "NODE_OPTIONS": "Node.js's inspector",
    **dict.fromkeys(("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "JAVA_OPTS", "CATALINA_OPTS"), "the Java debugger"),
}
"""Variables with options of a runtime; the last two are read by start scripts (<https://tomcat.apache.org/tomcat-10.1-doc/RUNNING.txt>)."""


def open_debugger(words: Sequence[Word]) -> tuple[str, Word] | None:
    """Return the debugger that a program's words open to all interfaces, and the word that does it; None where none is certain."""
    name = program(words)
    if name in ("node", "nodemon", "ts-node", "tsx", "deno", "bun"):
        return _first(words, _NODE, "Node.js's inspector")
    if name == "java":
        return _first(words, _JDWP, "the Java debugger")
    if name == "dlv" and any(word.text in ("--headless", "--headless=true") for word in words):
        given = Invocation(tuple(words), words[0].span).option("--listen", "-l")
        return ("Delve", given) if given is not None and given.literal and _DELVE.match(given.text) else None
    if name == "debugpy" or (PYTHON.match(name) and any(word.text == "debugpy" for word in words[1:3])):
        given = Invocation(tuple(words), words[0].span).option("--listen")
        return ("debugpy", given) if given is not None and given.literal and _DEBUGPY.match(given.text) else None
    return None


def debugger_options(variable: EnvVar) -> str:
    """Return the debugger that a variable with options opens to all interfaces; nothing where it opens none."""
    said = _OPTIONS.get(variable.name.known(""), "")
    pattern = _NODE if said.startswith("Node") else _JDWP
    return said if said and any(pattern.match(word) for word in variable.value.known("").split()) else ""


def _first(words: Sequence[Word], pattern: re.Pattern[str], name: str) -> tuple[str, Word] | None:
    return next(((name, word) for word in words[1:] if word.literal and pattern.match(word.text)), None)


_RUNTIMES: dict[str, tuple[str, int]] = {
    **dict.fromkeys(("node", "tsx", "ts-node"), ("Node.js's inspector", 9229)),
    "java": ("the Java debugger", 5005),
    **dict.fromkeys(("uvicorn", "gunicorn", "flask", "hypercorn", "daphne", "waitress-serve", "celery", "fastapi"), ("debugpy", 5678)),
}
"""The ports at which editors look for the debugger of a runtime, by the program that runs it.

Sources: <https://nodejs.org/en/learn/getting-started/debugging>, <https://www.jetbrains.com/help/idea/attach-to-process.html>,
<https://code.visualstudio.com/docs/containers/debug-python>
"""
_MARKS = lazy(r"(?i)inspect|debug|jdwp|pydev|ptvsd|^@")
"""What the words of a command, the names of variables and their values hold where they may start a debugger."""
_OPTIONS_OF_ANY = lazy(r"(?i).*(?:OPT|OPTS|OPTIONS|ARGS|FLAGS|PORT)$")
_PYTHON_MODULES = frozenset({"debugpy", "ptvsd", "pydevd", "pydevd_pycharm", "remote_pdb", "web_pdb", "rpdb"})


def usual_debugger(words: Sequence[Word]) -> tuple[str, int] | None:
    """Return the debugger that editors attach to in what a program's words run, and the port where they look for it."""
    name = program(words)
    return ("debugpy", 5678) if PYTHON.match(name) else _RUNTIMES.get(name)


def may_start_debugger(text: str) -> bool:
    """Tell whether a word of a command, or the name or value of a variable, may start a debugger."""
    return bool(_MARKS.search(text))


def may_hold_options(name: str) -> bool:
    """Tell whether a variable of this name may hold options of a runtime, or a port."""
    return bool(_OPTIONS_OF_ANY.match(name)) or may_start_debugger(name)


def debugs_python(module: str) -> bool:
    """Tell whether a module of Python is, or belongs to, a debugger that listens."""
    return module.partition(".")[0] in _PYTHON_MODULES
