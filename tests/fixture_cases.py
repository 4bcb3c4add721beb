"""Fixture cases: small repositories under `fixtures/`, each scanned in process as its own root.

`bad-*` cases hold `expected.txt`, the findings of that check only. `case.toml` declares what git cannot hold:

    tracked = ["terraform.tfstate"]       # git states; a case is no checkout, so its files are otherwise tracked
    ignored = [".env"]
    options = { kube-version = "1.29" }   # keys of the configuration
    [files]                               # files to make, text or base64 (`"base64:…"`)
    ".git/HEAD" = "ref: refs/heads/main"
"""

from __future__ import annotations

import base64
import shutil
import tomllib
from pathlib import Path
from typing import Any

import msgspec

from cnlint.config import Config
from cnlint.report.texts import Texts
from cnlint.scan import Scan, scan
from cnlint.source import FileState, Span
from cnlint.tree import Folder, Listing

ROOT = Path(__file__).parent.parent
FIXTURES = ROOT / "fixtures"
DECLARATIONS = frozenset({"case.toml", "expected.txt"})


class Case:
    """One case: the folder, the check's name, and what `case.toml` declares."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.check = folder.parent.name
        self.is_bad = folder.name.startswith("bad")
        declared = folder / "case.toml"
        self.declared: dict[str, Any] = tomllib.loads(declared.read_text("utf-8")) if declared.is_file() else {}

    @property
    def id(self) -> str:
        return "/".join(self.folder.parts[-3:])

    @property
    def expected(self) -> Path:
        return self.folder / "expected.txt"

    def config(self) -> Config:
        options = {key.replace("-", "_"): value for key, value in self.declared.get("options", {}).items()}
        return msgspec.convert({"select": [self.check], "fail_on": "note", **options}, Config)

    def tree(self, scratch: Path) -> Folder:
        """Return the case as a tree; cases that declare files are copied to `scratch` first."""
        root = self.folder
        made: dict[str, str] = self.declared.get("files", {})
        if made:
            root = scratch / self.folder.name
            shutil.copytree(self.folder, root, dirs_exist_ok=True)
            for path, text in made.items():
                (root / path).parent.mkdir(parents=True, exist_ok=True)
                (root / path).write_bytes(base64.b64decode(text[7:]) if text.startswith("base64:") else text.encode())
        ignored: list[str] = self.declared.get("ignored", [])
        states: dict[str, FileState] = {}
        for path in sorted(path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()):
            if path not in DECLARATIONS and path not in ignored and not path.startswith(".git/"):
                states[path] = "untracked" if path in self.declared.get("untracked", []) else "tracked"
        return Folder(str(root), Listing(states, set(ignored)))

    def scan(self, scratch: Path) -> Scan:
        return scan(self.tree(scratch), self.config())


def cases() -> list[Case]:
    """Return all cases of all checks, in order."""
    folders = (folder for folder in FIXTURES.glob("*/*/*") if folder.is_dir() and folder.name.startswith(("bad", "good")))
    return [Case(folder) for folder in sorted(folders) if folder.parts[-3] not in ("platforms", "apps")]


def lines(found: Scan, check: str) -> list[str]:
    """Return a check's findings as `expected.txt` holds them: `path:line:col: CODE severity message`, related places indented."""
    texts = Texts(found)
    written = []
    for result in found.results:
        if result.name == check:
            written.append(f"{_place(texts, result.span)}: {result.code} {result.severity} {result.message}")
            written.extend(f"  {_place(texts, other.span)}: {other.message}" for other in result.related)
    return written


def _place(texts: Texts, span: Span) -> str:
    place = texts.place(span)
    return f"{place.path}:{place.start.line}:{place.start.column}"
