"""What a scan of the lines of a Python file tells without a tree: its imports, its comments, where its strings are.

Nine files in ten of a large project hold nothing but imports that a check asks about; they are not worth a tree.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from itertools import takewhile
from typing import NamedTuple

_IMPORT = re.compile(
    r"""(?mx) ^(?P<indent>[ \t]*)
    (?: from [ \t]+ (?P<module>\.*+(?:[ \t]*[\w.]++)??) (?:(?:[ \t]|\\\r?\n)+|(?<=\.)) import (?=[ \t(*\\]) [ \t\\\r\n]* (?P<names> \([^()]*\) | (?:[^\\\r\n;\#]|\\\r?\n)* )
      | import [ \t]+ (?P<modules> (?:[^\\\r\n;\#]|\\\r?\n)* ) )"""
)
_PREFIX = r"(?:\b[rRbBuUfF]{1,2})?"
_TOKEN = re.compile(
    rf"""(?x) (?P<string> {_PREFIX}(?: \"\"\"(?:[^\\]|\\[\s\S])*?(?:\"\"\"|\Z) | '''(?:[^\\]|\\[\s\S])*?(?:'''|\Z)
      | "(?:[^"\\\r\n]|\\(?:\r\n|[\s\S]))*"? | '(?:[^'\\\r\n]|\\(?:\r\n|[\s\S]))*'? ) )
    | (?P<comment> \#[^\r\n]* )"""
)
STRUCTURE = re.compile(
    rf"{_TOKEN.pattern.replace('(?x)', '(?x:', 1)})|[\[\](){{}},\n]|[-+*/%&|^@.<>=!~]+|\b(?:and|or|not|if|else|lambda|await|yield|in|is)\b"
)
"""What makes an expression deep: brackets, operators, strings side by side; commas and line breaks, which end a chain."""

_NAME = re.compile(r"(?P<name>[^\W\d][\w.]*|\*)(?:\s+as\s+(?P<alias>\w+))?")
_ASSIGNMENT = re.compile(
    r"""(?x) \n (?P<indent>[ \t]*) (?P<name>[A-Z_][A-Z0-9_]*) [ \t]*+ (?: :(?!=) [^=\n]* )? (?P<operator>[-+*/|&%^@<>]{0,3}) = (?!=) [ \t]*+
    (?: (?P<literal> [rRuU]? (?: "(?:[^"\\\n]|\\[^\n])*+" | '(?:[^'\\\n]|\\[^\n])*+' ) | -?\d[\d_]*+ ) (?= [ \t]*+ (?: \#|\r?\n|\r?\Z ) ) )?"""
)
_INDENTS = ("    ", "\t")
_STATEMENT = re.compile(r"\n(?=[^\s#)\]}])(?:class[ \t]+(?P<name>\w+)[ \t]*(?:\([ \t]*(?:object[ \t]*)?\)[ \t]*)?:)?")
"""A statement at the top level; named where it is a class without a base, whose constants are what they say."""

_TOP = re.compile(r"\n(?:[A-Z_][A-Z0-9_]*+[ \t]*+[:=]|class[ \t]+\w+[ \t]*(?:\([ \t]*(?:object[ \t]*)?\)[ \t]*)?:)")
"""What a file has at its top level that has constants for others, and most have not."""

_REWRITING = re.compile(r"\b(?:globals|vars|locals)\(\)|^def __getattr__\b", re.MULTILINE)
_TRIED = re.compile(r"(?:try|except\b.*|if\s+(?:[\w.]+\.)?TYPE_CHECKING)\s*:")
_FUNCTION = re.compile(r"(?:async\s+def|def)\b")
_BRANCH = re.compile(r"(?:if|elif|else|for|while|except|match|case)\b")
_MAIN = re.compile(r"(?m)^if[ \t]+\(?__name__[ \t]*==[ \t]*[\"']__main__[\"']")


class ImportedName(NamedTuple):
    """One name that an import statement brings: from which module (leading dots as written), under what name here.

    `name` is empty for `import module`. `start` and `end` are where the module's name stands. `optional` where it is only
    tried, or serves a type checker; `deferred` where it stands in a function or a branch, which may never run.
    """

    module: str
    name: str
    alias: str
    start: int
    end: int
    optional: bool
    deferred: bool


class AssignedName(NamedTuple):
    """A constant's name (in capitals) that a file assigns, and the literal that it is given: empty where that is not certain.

    A constant of a class is called `Class.NAME`. `start` and `end` are where the literal stands.
    """

    name: str
    literal: str
    start: int
    end: int


def assigned(text: str) -> Iterator[AssignedName]:
    """Return the names in capitals that a file assigns on lines of their own, each once.

    The literal is certain where the name is assigned once, at the top level or in a class without bases, in no string,
    and no other code can reach the names of the module.
    """
    padded = f"\n{text}"
    if not (_TOP.search(padded) or "import *" in text):
        return
    matches = list(_ASSIGNMENT.finditer(padded))
    times = Counter(match["name"] for match in matches)
    literals = [match for match in matches if match["literal"] and not match["operator"]]
    certain = [match for match in literals if not match["indent"] and times[match["name"]] == 1]
    inner = list(_of_classes(text, matches)) if any(match["indent"] in _INDENTS for match in literals) else []
    strings = _long_strings(text, literals)
    if (certain or inner) and "(" in text and _REWRITING.search(text):
        certain, inner = [], []
    for name, match in [*((match["name"], match) for match in certain), *inner]:
        if not any(start < match.start() < end for start, end in strings):
            times[name] = 0
            yield AssignedName(name, match["literal"], match.start("literal") - 1, match.end("literal") - 1)
    for name in times:
        if times[name]:
            yield AssignedName(name, "", 0, 0)


def _of_classes(text: str, matches: list[re.Match[str]]) -> Iterator[tuple[str, re.Match[str]]]:
    """Return those assignments of a literal that are the only one to their name in a class without bases, by full names."""
    statements = [(match.start(), match["name"]) for match in _STATEMENT.finditer(f"\n{text}")]
    starts = [start for start, _ in statements]
    classes = Counter(name for _, name in statements if name)
    found: dict[str, list[re.Match[str]]] = {}
    for match in matches:
        at = bisect_right(starts, match.start()) - 1
        owner = statements[at][1] if at >= 0 else None
        if owner and match["indent"] and classes[owner] == 1:
            found.setdefault(f"{owner}.{match['name']}", []).append(match)
    for name, group in found.items():
        if len(group) == 1 and group[0]["literal"] and not group[0]["operator"] and group[0]["indent"] in _INDENTS:
            yield name, group[0]


def has_main(text: str) -> bool:
    """Tell whether the file does something when it is run rather than imported."""
    return "__main__" in text and bool(_MAIN.search(text))


def comments(text: str) -> Iterator[tuple[int, int]]:
    """Return where each comment stands, with its mark."""
    return (match.span() for match in _TOKEN.finditer(text) if match.lastgroup == "comment")


def imports(text: str) -> Iterator[ImportedName]:
    """Return what a file imports, in order, wherever in it; imports that stand in a string are none."""
    matches = [match for match in _IMPORT.finditer(text) if _is_statement(match)]
    strings = _long_strings(text, matches)
    for match in matches:
        if any(start < match.start() < end for start, end in strings):
            continue
        standing = _standing(text, match.start(), len(match["indent"])) if match["indent"] else (False, False)
        if match["module"] is not None:
            yield from _from_import(match, *standing)
        else:
            yield from _plain_import(match, *standing)


def _is_statement(match: re.Match[str]) -> bool:
    module = match["module"]
    return bool(module.strip()) if module is not None else bool(_NAME.match(match["modules"].lstrip()))


def _from_import(match: re.Match[str], optional: bool, deferred: bool) -> Iterator[ImportedName]:
    module = "".join(match["module"].split())
    start, end = match.span("module")
    names = re.sub(r"#[^\r\n]*|[()\\]", " ", match["names"])
    for part in names.split(","):
        if name := _NAME.match(part.strip()):
            yield ImportedName(module, name["name"], name["alias"] or name["name"], start, end, optional, deferred)


def _plain_import(match: re.Match[str], optional: bool, deferred: bool) -> Iterator[ImportedName]:
    offset = match.start("modules")
    for part in match["modules"].split(","):
        lead = len(part) - len(part.lstrip(" \t\\\r\n"))
        if name := _NAME.match(part, lead):
            alias = name["alias"] or name["name"].partition(".")[0]
            yield ImportedName(name["name"], "", alias, offset + name.start("name"), offset + name.end("name"), optional, deferred)
        offset += len(part) + 1


def _long_strings(text: str, matches: list[re.Match[str]]) -> list[tuple[int, int]]:
    """Return the strings of several lines that may hold one of `matches`.

    The text is only read where quotes do not pair up before one of them.
    """
    last = 0
    doubles = singles = 0
    for match in matches:
        doubles += text.count('"""', last, match.start())
        singles += text.count("'''", last, match.start())
        last = match.start()
        if doubles % 2 or singles % 2 or "\\\n" in text[max(0, last - 2) : last]:
            break
    else:
        return []
    until = matches[-1].start()
    strings = (match for match in _TOKEN.finditer(text) if match.lastgroup == "string")
    return [match.span() for match in takewhile(lambda match: match.start() < until, strings) if "\n" in match[0] or "\r" in match[0]]


def _standing(text: str, at: int, indent: int) -> tuple[bool, bool]:
    """Tell whether the blocks around an indented import only try it, or serve a type checker; and whether they may not run."""
    end = at
    optional = deferred = False
    while indent and end > 0:
        start = text.rfind("\n", 0, end - 1) + 1
        line = text[start:end]
        code = line.strip()
        depth = len(line) - len(line.lstrip(" \t"))
        if code and not code.startswith("#") and depth < indent:
            if _FUNCTION.match(code):
                return optional, True
            optional = optional or bool(_TRIED.match(code))
            deferred = deferred or bool(_BRANCH.match(code))
            indent = depth
        end = start
    return optional, deferred
