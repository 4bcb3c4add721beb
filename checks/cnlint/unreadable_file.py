"""File cannot be read.

A file that is not text, is larger than five megabytes, or may not be opened is not checked, and what it would have said
is missing from the model of the system. Mend it, or take it out of the scan with `exclude`.

The rest of the repository is checked all the same.
"""

from collections.abc import Iterator

from cnlint.api import Finding, Problem, check


@check("CN0001", tier="core", severity="warning")
def unreadable_file(problem: Problem) -> Iterator[Finding]:
    """Report each file that could not be read, by its own fault or by cnlint's."""
    if problem.kind != "syntax":
        yield Finding(problem, f"not checked: {problem.message}")
