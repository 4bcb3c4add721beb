"""File is not in its language.

A file with a syntax error is not checked from the error on, and the platform will most likely refuse it, too. The
message gives the parser's reason and the place.

Mend it, or take the file out of the scan with `exclude`. Templates (Jinja, Helm, cookiecutter) are recognised and left
alone.
"""

from collections.abc import Iterator

from cnlint.api import Finding, Problem, check


@check("CN0002", tier="core", severity="warning")
def syntax_error(problem: Problem) -> Iterator[Finding]:
    """Report each syntax error at its place."""
    if problem.kind == "syntax":
        yield Finding(problem, f"syntax error: {problem.message}")
