"""Where things stand in a TOML text, which `tomllib` does not tell."""

from __future__ import annotations

import re

from cnlint.patterns import lazy

_TABLE = lazy(r"^\s*(?P<marks>\[+)\s*(?P<name>[^\]]+?)\s*\]+\s*(?:#.*)?$")
_KEY = lazy(r"""^\s*((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*=""")
_PART = lazy(r"""[\w-]+|"([^"]*)"|'([^']*)'""")


class TomlText:
    """The text of a TOML file whose tables and keys begin lines, as people write them."""

    def __init__(self, text: str) -> None:
        self._text = text

    def line(self, keys: tuple[str, ...]) -> int:
        """Return the line (from 1) of a key by its full path; of the nearest table around it where it begins none."""
        lines = self._lines()
        return next((lines[keys[:length]] for length in range(len(keys), 0, -1) if keys[:length] in lines), 1)

    def line_with(self, word: str) -> int:
        """Return the first line that holds `word` in quotes, or as part of a table's name; 0 where there is none."""
        written = re.compile(rf"""["'.]{re.escape(word)}["'\]]""")
        return next((number for number, line in enumerate(self._text.splitlines(), 1) if written.search(line)), 0)

    def _lines(self) -> dict[tuple[str, ...], int]:
        """Return the first line of each table and key that begins one; the tables of an array are keys of it by number."""
        found: dict[tuple[str, ...], int] = {}
        table: tuple[str, ...] = ()
        counts: dict[tuple[str, ...], int] = {}
        for number, line in enumerate(self._text.splitlines(), 1):
            if header := _TABLE.match(line):
                table = _parts(header["name"])
                found.setdefault(table, number)
                if header["marks"] == "[[":
                    counts[table] = counts.get(table, -1) + 1
                    table = (*table, str(counts[table]))
                    found[table] = number
            elif key := _KEY.match(line):
                found.setdefault((*table, *_parts(key[1])), number)
        return found


def _parts(dotted: str) -> tuple[str, ...]:
    return tuple(match[1] or match[2] or match[0] for match in _PART.finditer(dotted))
