"""The logical lines of a Dockerfile: which physical lines make up an instruction, and the heredocs behind it.

`dockerfile-parse` tells where instructions begin and end. It is given a text with the same lines in which everything
that it reads otherwise than BuildKit does has been written so that both agree: blank lines inside an instruction,
heredocs, two escape characters at a line's end, a keyword split over lines, an instruction that the file's end cuts off.

Source: <https://docs.docker.com/reference/dockerfile/>, <https://github.com/moby/buildkit/blob/master/frontend/dockerfile/parser/parser.go>
"""

from __future__ import annotations

import io
import re

from cnlint.source import Segment, Source
from cnlint.syntax.document import Comment, SyntaxFailure

_DIRECTIVE = re.compile(r"#[ \t]*([a-zA-Z][a-zA-Z0-9]*)[ \t]*=[ \t]*(.+)$")
_COMMENT = re.compile(r"\s*#+[ \t]*")
_HEREDOC = re.compile(r"(\d*)<<(-?)(?:'([^'<]+)'|\"([^\"<]+)\"|([^\s<'\"]+))$")
_LEXED = re.compile(r"(?:[^\s'\"\\]|\\.|'[^']*+(?:'|\Z)|\"(?:[^\"\\]|\\.)*+(?:\"|\\?\Z)|\\)++")
_MOST_LINES = 10_000
"""Physical lines of one instruction: `dockerfile-parse` takes the square of their number."""

_TAKES_HEREDOC = frozenset({"ADD", "COPY", "RUN"})


class Heredoc:
    """The body of a heredoc; `literal` where its name was quoted, so that nothing in it is expanded."""

    __slots__ = ("body", "literal", "name")

    def __init__(self, name: str, literal: bool, body: Source) -> None:
        self.name = name
        self.literal = literal
        self.body = body


class Logical:
    """One instruction as it was written: its `keyword`, its text without continuations, its offsets, its heredocs."""

    __slots__ = ("end", "heredocs", "keyword", "start", "text")

    def __init__(self, keyword: str, text: Source, start: int, end: int, heredocs: tuple[Heredoc, ...]) -> None:
        self.keyword = keyword
        self.text = text
        self.start = start
        self.end = end
        self.heredocs = heredocs


class Lines:
    """The lines of a Dockerfile, read once from top to bottom."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.comments: list[Comment] = []
        self.directives: dict[str, str] = {}
        self._lines = source.text.split("\n")
        self._offsets = [0]
        for line in self._lines:
            self._offsets.append(self._offsets[-1] + len(line) + 1)
        self._masked = ["\n"] * len(self._lines)
        self._heredocs: dict[int, tuple[Heredoc, ...]] = {}
        self._ends: dict[int, int] = {}
        self._read_directives()
        self.escape = self.directives.get("escape", "\\")
        mark = re.escape(self.escape)
        self._continues = re.compile(rf"(?:^|(?<=[^{mark}])){mark}[ \t\r]*$")

    def instructions(self) -> list[Logical]:
        """Return the instructions in order. Raises `SyntaxFailure` for a heredoc without end."""
        from dockerfile_parse import DockerfileParser  # type: ignore[import-untyped, unused-ignore]

        self._mask()
        masked = "".join(self._masked).encode("ascii", "replace")
        structure = DockerfileParser(fileobj=io.BytesIO(masked), env_replace=False).structure
        return [
            self._logical(part["instruction"], part["startline"], part["endline"]) for part in structure if part["instruction"] != "COMMENT"
        ]

    def _read_directives(self) -> None:
        """Read `# syntax=`, `# escape=` and `# check=`, which stand before anything else."""
        for line in self._lines[self._lines[0].startswith("#!") :]:
            match = _DIRECTIVE.match(line.rstrip(" \t\r"))
            name = match[1].lower() if match else ""
            if match is None or name in self.directives or name not in ("syntax", "escape", "check"):
                return
            if name == "escape" and match[2] not in ("\\", "`"):
                raise SyntaxFailure("escape is neither a backslash nor a backtick", self.source.span(0, len(line)))
            self.directives[name] = match[2]

    def _mask(self) -> None:
        """Write the text that `dockerfile-parse` is given, line by line; collect comments and heredocs on the way."""
        index = 0
        while index < len(self._lines):
            line = self._lines[index].strip()
            if line and not line.startswith("#"):
                index = self._mask_instruction(index)
                continue
            if line:
                self._comment(index)
            index += 1
        if self.directives:
            self._masked[0] = f"# escape={self.escape}\n"

    def _mask_instruction(self, first: int) -> int:
        """Mask the lines of the instruction that begins in line `first`, and its heredocs; return the line behind them."""
        parts: list[str] = []
        index = last = first
        continues = True
        while continues and index < len(self._lines):
            line = self._lines[index]
            if index - first > _MOST_LINES:
                raise SyntaxFailure(
                    f"an instruction of more than {_MOST_LINES:,} lines", self.source.span(self._offsets[first], self._offsets[first])
                )
            if index > first and not line.strip():
                self._masked[index] = "#\n"
            elif index > first and line.lstrip().startswith("#"):
                self._comment(index)
            else:
                match = self._continues.search(line)
                continues = match is not None
                last = index
                parts.append(line[: match.start()] if match else line.rstrip())
                self._masked[index] = f"{parts[-1].strip()} {self.escape}\n" if match else self._unescaped(parts[-1]) + "\n"
            index += 1
        text = "".join(parts).strip()
        if continues:  # at the end of the file
            self._masked[last] = parts[-1].strip() + "\n"
        if text and last > first and len(parts[0].split()) < 2:
            self._masked[first] = f"{text.split(None, 1)[0]} {self.escape}\n"
        if "<<" in text:
            index = self._read_heredocs(first, text, last + 1)
        end = index - 1 if self._heredocs.get(first) else last
        self._ends[first] = self._offsets[end] + len(self._lines[end].rstrip("\r"))
        return index

    def _unescaped(self, line: str) -> str:
        """Return a last line so that its end is not taken for a continuation (two escape characters)."""
        return line.lstrip() + "." if line.endswith(self.escape) else line.lstrip()

    def _read_heredocs(self, first: int, text: str, index: int) -> int:
        words = text.split(None, 2)
        if words[0].upper() == "ONBUILD" and len(words) > 2:
            words = words[1:]
        if words[0].upper() not in _TAKES_HEREDOC or words[1].startswith("["):
            return index
        found = []
        for word in _LEXED.findall(text):
            if match := _HEREDOC.match(word):
                name = match[3] or match[4] or match[5]
                index, body = self._read_heredoc(first, index, name, bool(match[2]))
                found.append(Heredoc(name, match[5] is None, body))
        self._heredocs[first] = tuple(found)
        return index

    def _read_heredoc(self, first: int, index: int, name: str, dashed: bool) -> tuple[int, Source]:
        start = index
        while index < len(self._lines):
            line = self._lines[index].rstrip("\r")
            self._masked[index] = "#\n"
            index += 1
            if (line.lstrip("\t") if dashed else line) == name:
                return index, self.source.cut(self._offsets[start], self._offsets[index - 1])
        place = self.source.span(self._offsets[first], self._offsets[first] + len(self._lines[first]))
        raise SyntaxFailure(f"the heredoc {name} has no end", place)

    def _comment(self, index: int) -> None:
        self._masked[index] = "#\n"
        match = _COMMENT.match(self._lines[index])
        if match:
            start = self._offsets[index] + match.end()
            text = self._lines[index][match.end() :].rstrip()
            self.comments.append(Comment(text, self.source.span(start, start + len(text)), False))

    def _logical(self, keyword: str, first: int, last: int) -> Logical:
        """Join the lines of an instruction to one text whose characters know where they stand."""
        pieces: list[str] = []
        segments: list[Segment] = []
        length = 0
        start = -1
        for index in range(first, last + 1):
            line = self._lines[index]
            if index > first and (not line.strip() or line.lstrip().startswith("#")):
                continue
            match = self._continues.search(line)
            end = match.start() if match else len(line.rstrip("\r"))
            if start < 0 and line[:end].strip():
                start = self._offsets[index] + end - len(line[:end].lstrip())
            segments += self.source.stretch(self._offsets[index], self._offsets[index] + end, length)
            pieces.append(line[:end])
            length += end
        text = self.source.derive("".join(pieces), segments)
        return Logical(keyword, text, start, self._ends[first], self._heredocs.get(first, ()))
