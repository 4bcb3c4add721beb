"""Which local modules a Terraform file calls, told without parsing it: discovery asks this of every file."""

from __future__ import annotations

import posixpath
import re

from cnlint.patterns import lazy

_SOURCE = lazy(rb'''^[ \t]*"?source"?[ \t]*[=:][ \t]*"(\.{1,2}/[^"$]*)"''', re.MULTILINE)


def called_folders(data: bytes, folder: str) -> tuple[str, ...]:
    """Return the folders, from the repository root, of the local modules that a file of `folder` calls."""
    found = (posixpath.normpath(posixpath.join(folder, match.decode("utf-8", "replace"))) for match in _SOURCE.findall(data))
    return tuple("" if path == "." else path for path in found if not path.startswith(".."))
