"""The table of checks for the README."""

from __future__ import annotations

from cnlint.indexing import IndexEntry
from cnlint.report.topics import chapters


def table(entries: tuple[IndexEntry, ...]) -> str:
    """Return a Markdown table of the checks for each chapter, without a line break at its end."""
    parts = []
    for chapter, checks in chapters(entries):
        factor = f"{chapter.factor}. " if chapter.factor else ""
        rows = [f"| `{entry.code}` | `{entry.name}` | {_cell(entry.title)} | {entry.severity} | {entry.tier} |" for entry in checks]
        parts.append(
            "\n".join(
                (
                    f"**{factor}{chapter.title}.** {chapter.asks}",
                    "",
                    "| code | name | finds | severity | preset |",
                    "|---|---|---|---|---|",
                    *rows,
                )
            )
        )
    return "\n\n".join(parts)


def _cell(text: str) -> str:
    return text.rstrip(".").replace("|", "\\|")
