"""What a file inside a ConfigMap or Secret sets, line by line: enough to see the secrets in it, whatever its format.

YAML, JSON, properties, ini, TOML and env files all write a name, `:` or `=`, and a value on a line. What is a program (a
shell script, JavaScript) or prose gives only what tells by its shape that it is a secret.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from cnlint.knowledge.secrets import judge, may_hold_secret, protect
from cnlint.model.objects import ConfigEntry
from cnlint.patterns import lazy
from cnlint.source import Source, Span

_LINE = lazy(
    r"""(?x)[ \t]*(?:-[ ]+)?(?:export[ ]+)?(?P<quote>["']?)(?P<name>[A-Za-z_][\w.\-/\[\]]*)(?P=quote)
    [ \t]*(?:=|:(?=[ \t"']))[ \t]*
    (?P<value>"[^"\n]*"|'[^'\n]*'|[^\s"'][^\n]*?)?[ \t]*,?[ \t]*(?:[ ][#][^\n]*)?$"""
)
_PROGRAMS = (".js", ".mjs", ".ts", ".py", ".rb", ".lua", ".go", ".sh", ".bash", ".pl", ".php", ".sql", ".html", ".htm", ".md", ".tpl", ".tmpl", ".vcl", ".css", ".groovy", ".rego", ".star", ".jsonnet", ".crt", ".pem", "nsswitch.conf")  # fmt: skip
_PAIR = lazy(r'"(?P<name>[\w.-]+)"\s*:\s*(?P<value>"[^"\\]*")')
_EACH_LINE = lazy(r"(?m)^.*?$")
_COMMENTS = ("#", ";", "//", "!")
_HINT = lazy(r"(?i)passw|passphrase|pwd|secret|token|key|credential|dsn|_pass|connection|auth")
_EXPRESSION = lazy(r"[({\[|>&*!$%`<]|.*[({<`]|.*\|\||\S+\s+\S+\s+\S+")
"""A call, a block, a reference, or words: no secret as it stands."""


def settings(text: str, file: str, source: Source | None, around: Span) -> Iterator[ConfigEntry]:
    """Yield the settings in `text` that are secrets; `file` is the key that it is given to.

    `source` locates the text where it stands in a file as it is; else everything stands at `around`.
    """
    has_names = not file.lower().endswith(_PROGRAMS) and not text.startswith("#!") and bool(_HINT.search(text))
    if not has_names and not may_hold_secret(text):
        return
    if "PRIVATE KEY-" in text and (found := judge(text)) is not None and found.kind == "private-key":
        yield ConfigEntry(file, protect(text, around), around)
        return

    def place(low: int, high: int) -> Span:
        return around if source is None else source.span(low, high)

    if has_names and text.lstrip().startswith(("{", "[\n", "[{")):
        found_by_name = [_named(match, file, place) for match in _PAIR.finditer(text)]
        yield from (entry for entry in found_by_name if entry is not None)
        return
    for line in _EACH_LINE.finditer(text):
        if line[0].lstrip().startswith(_COMMENTS):
            continue
        match = _LINE.match(text, line.start(), line.end()) if has_names else None
        entry = None if match is None else _named(match, file, place)
        if entry is None and judge(line[0]) is not None:
            low, high = line.start() + len(line[0]) - len(line[0].lstrip()), line.start() + len(line[0].rstrip())
            entry = ConfigEntry(file, protect(text[low:high], place(low, high)), place(low, high))
        if entry is not None:
            yield entry


def _named(match: re.Match[str], file: str, place: Callable[[int, int], Span]) -> ConfigEntry | None:
    """Return what a name is given, where that is a secret because of the name or by its shape."""
    name, (low, high) = match["name"] or "", match.span("value")
    value = match["value"] or ""
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
        low, high, value = low + 1, high - 1, value[1:-1]
    known_as = "auth_token" if name == "auth" and file.startswith(".docker") else name
    if not value or _EXPRESSION.match(value) or judge(value, known_as) is None:
        return None
    return ConfigEntry(f"{file}: {name}", protect(value, place(low, high), known_as), place(low, high))
