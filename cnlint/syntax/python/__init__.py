"""Python: `ast` reads it, libcst tells new syntax from errors.

A file that mentions nothing that any check could ask about is left without a tree: its imports come from a scan of its
lines. `ast` counts columns in bytes of UTF-8; spans count code points.
"""

from __future__ import annotations

import ast
import re
import warnings
from bisect import bisect_left

from cnlint.knowledge.python_triggers import deserves_tree
from cnlint.knowledge.secrets import may_hold_secret
from cnlint.source import Lines, Source, Span
from cnlint.syntax.document import Comment, Document, SyntaxFailure
from cnlint.syntax.python import lines as python_lines
from cnlint.syntax.python.lines import ImportedName

_DEPTH = 200
_CHAIN = 2000
_TEMPLATE = re.compile(r"\{%-?\s*\w+|\{\{-?\s*\w+")
_OLD_HANDLER = re.compile(r"(?m)^[ \t]*except[ \t]+[\w.]+[ \t]*,[ \t]*[a-z_]\w*[ \t]*:")
_TYPE_PARAMETERS = re.compile(
    r"(?m)(?P<before>^[ \t]*(?:(?:async[ \t]+)?def|class|type)[ \t]+\w+)(?P<parameters>\[[^\]\n]*\])(?=[ \t]*[(:=])"
)
_TYPE_ALIAS = re.compile(r"(?m)(?P<before>^[ \t]*)type[ \t](?P<name>\w+)(?=[ \t]*=)")
_BARE_HANDLER = re.compile(r"(?m)(?P<before>^[ \t]*except\*?[ \t]+[\w.]+)(?P<more>(?:[ \t]*,[ \t]*[\w.]+)+)(?=[ \t]*:)")
_PYTHON_2 = re.compile(
    r"""(?m)^[ \t]*(?:print[ \t]+["'\w%]|print$|exec[ \t]+["'\w]|except[ \t]+\([\w., ]+\)[ \t]*,|raise[ \t]+\w+[ \t]*,)|[=(,][ \t]*0[0-7]+\b|<>|\bur["']"""
)


class Code:
    """A Python file: its imports, its tree where it was worth one, and the places of both.

    `tree` is None for a file that mentions nothing of interest, and for one in a newer syntax than this interpreter
    knows; `read` is false for the latter alone.
    """

    __slots__ = ("_ascii", "_lines", "_source", "has_main", "imports", "read", "tree")

    def __init__(self, source: Source, tree: ast.Module | None, imports: tuple[ImportedName, ...], *, read: bool = True) -> None:
        self._source = source
        self._ascii = source.text.isascii()
        self._lines: Lines | None = None
        self.tree = tree
        self.read = read
        self.imports = imports
        self.has_main = python_lines.has_main(source.text)

    @property
    def text(self) -> str:
        """Return the text of the file."""
        return self._source.text

    def place(self, start: int, end: int) -> Span:
        """Return the span of the characters from `start` to `end`."""
        return self._source.span(start, end)

    def span(self, node: ast.expr | ast.stmt | ast.arg | ast.keyword | ast.alias | ast.excepthandler) -> Span:
        """Return where a node of the tree stands."""
        return self._source.span(*self.offsets(node))

    def offsets(self, node: ast.expr | ast.stmt | ast.arg | ast.keyword | ast.alias | ast.excepthandler) -> tuple[int, int]:
        """Return where a node begins and ends in the text."""
        end_line, end_column = node.end_lineno or node.lineno, node.end_col_offset or node.col_offset
        return self._offset(node.lineno, node.col_offset), self._offset(end_line, end_column)

    @property
    def may_hold_secret(self) -> bool:
        """Tell whether anything in the file has the shape of a secret."""
        return may_hold_secret(self._source.text)

    @property
    def whole(self) -> Span:
        """Return the place of the first line, which stands for the file."""
        end = next((at for at, character in enumerate(self._source.text) if character in "\r\n"), len(self._source.text))
        return self._source.span(0, end)

    def _offset(self, line: int, column: int) -> int:
        if self._lines is None:
            self._lines = Lines(self._source.text)
        start = self._lines.start(line)
        if self._ascii:
            return start + column
        text = self._lines.line(line)
        return start + (column if text.isascii() else len(text.encode()[:column].decode(errors="ignore")))


def parse(source: Source, *, thorough: bool = False) -> Document[Code]:
    """Read a Python file; `thorough` gives it a tree whatever it mentions.

    Raises `SyntaxFailure` for a text that no version of Python 3 reads.
    """
    text = source.text
    tree, read = None, True
    imports = tuple(python_lines.imports(text))
    if thorough or deserves_tree(text, source.path, [name.module for name in imports]):
        tree = _tree(source)
        read = tree is not None
    code = Code(source, tree, imports, read=read)
    comments: tuple[Comment, ...] = ()
    if "cnlint" in text:
        comments = tuple(_comment(source, start, end) for start, end in python_lines.comments(text))
    return Document(source, code, comments, _Extents(source, code).at)


def _comment(source: Source, start: int, end: int) -> Comment:
    line = source.text.rfind("\n", 0, start) + 1
    return Comment(source.text[start + 1 : end].strip(), source.span(start, end), bool(source.text[line:start].strip()))


def _tree(source: Source) -> ast.Module | None:
    """Return the tree; None for newer syntax than this interpreter's and for a template of a Python file."""
    try:
        return _parsed(source.text)
    except SyntaxError as error:
        is_old = bool(_OLD_HANDLER.search(source.text))
        if _is_template(source, error):
            return None
        if not is_old and _is_newer(source.text):
            return _without_newer(source.text)
        old = "Python 2: " if is_old or _PYTHON_2.search(source.text) else ""
        raise SyntaxFailure(old + _words(error), _failure_span(source, error)) from None
    except (RecursionError, MemoryError):
        raise SyntaxFailure("nested too deeply to be read", source.span(0, 0)) from None
    except ValueError as error:
        at = max(0, source.text.find("\0"))
        message = "a null character in the source" if "\0" in source.text else str(error)
        raise SyntaxFailure(message, source.span(at, min(at + 1, len(source.text)))) from None


def _parsed(text: str) -> ast.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(text)


def _without_newer(text: str) -> ast.Module | None:
    """Return the tree of a text in newer syntax, without the parts of it that say nothing of what the code does.

    Each is replaced by as many characters, so that all places stay. None where more than these is new.
    Sources: <https://peps.python.org/pep-0695/>, <https://peps.python.org/pep-0758/>
    """
    older = _TYPE_PARAMETERS.sub(lambda match: match["before"] + " " * len(match["parameters"]), text)
    older = _TYPE_ALIAS.sub(lambda match: f"{match['before']}type_{match['name']}", older)
    older = _BARE_HANDLER.sub(lambda match: match["before"] + " " * len(match["more"]), older)
    try:
        return _parsed(older)
    except (SyntaxError, RecursionError, MemoryError, ValueError):
        return None


def _is_template(source: Source, error: SyntaxError) -> bool:
    lines = source.text.splitlines()
    near = lines[max(0, (error.lineno or 1) - 2) : (error.lineno or 1) + 1]
    return any(_TEMPLATE.search(line) for line in near)


def _is_newer(text: str) -> bool:
    """Tell whether a later Python than this one reads a text that this one does not."""
    if not is_shallow(text):
        return False
    import libcst

    try:
        libcst.parse_module(text)
    except (libcst.ParserSyntaxError, RecursionError, MemoryError, ValueError):
        return False
    return True


def is_shallow(text: str) -> bool:
    """Tell whether libcst survives a text: its parser kills the process on deep nesting (1,400 brackets, 7,000 operators).

    Chains are counted within one pair of brackets, between commas.
    """
    if re.search(rf"(?m)^[ \t]{{{2 * _DEPTH},}}\S", text) or len(re.findall(r"\belif\b", text)) > _CHAIN:
        return False
    chains = [0]
    for token in python_lines.STRUCTURE.finditer(text):
        mark = token[0]
        if mark in ")]}":
            chains = chains[:-1] or [0]
        elif mark == "," or (mark == "\n" and len(chains) == 1):
            chains[-1] = 0
        elif mark != "\n":
            chains[-1] += 1
            if mark in "([{":
                chains.append(0)
        if chains[-1] > _CHAIN or len(chains) > _DEPTH:
            return False
    return True


def _words(error: SyntaxError) -> str:
    message = (error.msg or "invalid syntax").rstrip(".")
    return message[:1].lower() + message[1:]


def _failure_span(source: Source, error: SyntaxError) -> Span:
    lines = Lines(source.text)
    number = min(max(1, error.lineno or 1), len(lines))
    start, line = lines.start(number), lines.line(number)
    column = min(max(0, (error.offset or 1) - 1), len(line))
    end = len(line)
    if error.end_lineno == error.lineno and error.end_offset and error.end_offset - 1 > column:
        end = min(error.end_offset - 1, len(line))
    return source.span(start + column, max(start + column, start + end))


class _Extents:
    """The statements of a file by their offsets; made when the first ignore asks."""

    def __init__(self, source: Source, code: Code) -> None:
        self._source = source
        self._code = code
        self._ranges: list[tuple[int, int, int]] | None = None

    def at(self, offset: int) -> Span:
        """Return the statement that starts on the line of `offset`, or on the next line of code where that has none.

        On the last line of a statement of several lines it is the innermost that ends there; between, the line alone.
        """
        text = self._source.text
        start, end = self._code_line(offset)
        if self._ranges is None:
            self._ranges = self._statements()
        first = bisect_left(self._ranges, (start, -len(text) - 1, 0))
        for begin, negative_end, _ in self._ranges[first:]:
            if begin > end:
                break
            return self._source.span(begin, -negative_end)
        ending = [(begin, -negative_end) for begin, negative_end, _ in self._ranges[:first] if start < -negative_end <= end]
        if ending:
            return self._source.span(*max(ending))
        return self._source.span(start + len(text[start:end]) - len(text[start:end].lstrip()), end)

    def _code_line(self, offset: int) -> tuple[int, int]:
        """Return the line that holds `offset`, or the first after it that is neither blank nor a comment."""
        text = self._source.text
        start = text.rfind("\n", 0, offset) + 1
        while True:
            end = text.find("\n", start)
            end = len(text) if end < 0 else end
            line = text[start:end].strip()
            if (line and not line.startswith("#")) or end >= len(text):
                return start, end
            start = end + 1

    def _statements(self) -> list[tuple[int, int, int]]:
        """Return (start, -end, 0) of every statement: the longest of those that start at one place comes first."""
        if self._code.tree is None:
            return []
        found = []
        for node in ast.walk(self._code.tree):
            if isinstance(node, ast.stmt):
                start, end = self._code.offsets(node)
                decorators = getattr(node, "decorator_list", ())
                start = min([start, *(self._code.offsets(decorator)[0] - 1 for decorator in decorators)])
                found.append((start, -end, 0))
        return sorted(found)
