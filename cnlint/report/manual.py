"""Pages of checks as a terminal shows them."""

from __future__ import annotations

import re
import textwrap

import msgspec

from cnlint.checking import load
from cnlint.indexing import IndexEntry
from cnlint.report.pages import page
from cnlint.report.topics import chapters, topic
from cnlint.report.view import STYLES, Style, View

_WIDEST = 100
_CODE = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"<(https?://[^>\s]+)>")
_LIST = re.compile(r"(?:[-*]|\d+\.) ")


def contents(entries: tuple[IndexEntry, ...], view: View) -> str:
    """Return the list of checks by chapter: code, severity, name, title."""
    width = max((len(entry.name) for entry in entries), default=0)
    blocks = []
    for chapter, checks in chapters(entries):
        factor = f"{chapter.factor}. " if chapter.factor else ""
        lines = [view.paint(f"{factor}{chapter.title}", Style.STRONG) + (f": {chapter.asks}" if chapter.asks else "")]
        lines += [_line(entry, width, view) for entry in checks]
        blocks.append("".join(f"{line}\n" for line in lines))
    return "\n".join(blocks)


def _line(entry: IndexEntry, width: int, view: View) -> str:
    severity = next(view.paint(entry.severity.ljust(7), style) for level, style in STYLES.items() if level == entry.severity)
    return f"  {entry.code} {severity} {entry.name.ljust(width)}  {view.paint(entry.title.rstrip('.'), Style.FAINT)}"


def manual(entry: IndexEntry, view: View) -> str:
    """Return the page of a check, wrapped to the width of the terminal, with what holds for all of it above."""
    chapter = topic(entry)
    facts = [f"{entry.severity}, preset {entry.tier}", f"{chapter.factor}. {chapter.title}" if chapter.factor else chapter.title]
    facts += [f"also known as {', '.join(entry.aliases)}"] if entry.aliases else []
    head = f"{view.paint(entry.code, Style.STRONG)} {view.paint(entry.name, Style.STRONG)} ({'; '.join(facts)})"
    blocks = [head, _painted(_wrapped(entry.title, view), view), *_body(page(entry).text, view), *_options(entry, view)]
    return "\n\n".join(blocks) + "\n"


def _options(entry: IndexEntry, view: View) -> list[str]:
    """Return what may be set for a check in the configuration, and what holds where nothing is."""
    options = load([entry])[0].options
    if options is None:
        return []
    defaults = msgspec.to_builtins(options())
    lines = [f"[checks.{entry.name}]"] + [
        f"{name.replace('_', '-')} = {msgspec.json.encode(value).decode()}" for name, value in defaults.items()
    ]
    about = (options.__doc__ or "").partition("\n")[0]
    return [view.paint("Options", Style.STRONG), _wrapped(about, view), view.paint(textwrap.indent("\n".join(lines), "    "), Style.FAINT)]


def _body(text: str, view: View) -> list[str]:
    """Return the paragraphs of a Markdown text: headings bold, code indented, the rest wrapped."""
    blocks = []
    for number, part in enumerate(re.split(r"^```\w*[^\n]*\n(.*?)^```[^\n]*$", text, flags=re.DOTALL | re.MULTILINE)):
        if number % 2:
            blocks.append(view.paint(textwrap.indent(part.rstrip("\n"), "    "), Style.FAINT))
            continue
        for paragraph in re.split(r"\n\s*\n", part.strip()):
            if paragraph.startswith("#"):
                blocks.append(view.paint(paragraph.lstrip("# "), Style.STRONG))
            elif paragraph and not _LIST.match(paragraph):
                blocks.append(_painted(_wrapped(paragraph, view), view))
            elif paragraph:
                blocks.append(_painted(paragraph, view))
    return blocks


def _wrapped(paragraph: str, view: View) -> str:
    return textwrap.fill(" ".join(paragraph.split()), min(view.width, _WIDEST), break_long_words=False, break_on_hyphens=False)


def _painted(text: str, view: View) -> str:
    text = _LINK.sub(lambda match: view.paint(match[1], Style.FRAME), text)
    return _CODE.sub(lambda match: view.paint(match[1], Style.HELP), text) if view.colour else text
