"""Write the index of checks into the wheel; all else is declared in pyproject.toml.

The build has none of cnlint's dependencies, so the one module that makes the index is loaded by its path.
"""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

ROOT = Path(__file__).parent


class BuildWithIndex(build_py):
    """Copies the packages, and beside the checks what `cnlint.checking.index` reads instead of their sources."""

    def run(self) -> None:
        """Build; an editable install reads the sources, which may change."""
        super().run()
        if self.editable_mode:
            return
        specification = importlib.util.spec_from_file_location("indexing", ROOT / "cnlint" / "indexing.py")
        assert specification is not None
        assert specification.loader is not None
        indexing = importlib.util.module_from_spec(specification)
        specification.loader.exec_module(indexing)
        target = Path(self.build_lib) / "cnlint" / "checks" / "index.json"
        target.write_text(json.dumps(indexing.build_index(ROOT / "checks")), encoding="utf-8")


setup(cmdclass={"build_py": BuildWithIndex})
