"""Pipelines of GitLab CI: the images that the scripts of their jobs build and push.

Sources: <https://docs.gitlab.com/ci/yaml/#script>, <https://docs.gitlab.com/ci/docker/using_kaniko/>
"""

from __future__ import annotations

from collections.abc import Iterator

from cnlint.assembly.unit import Unit
from cnlint.model.facts import Facts
from cnlint.readers.image_builds import Shell, pipeline_of, script_source
from cnlint.syntax.nodes import Node, Scalar
from cnlint.syntax.shell import shell_command

SYNTAX = "yaml"


def read(root: tuple[Node, ...], unit: Unit) -> Facts:
    """Return what all jobs build and push; a job starts in the root of the repository, whichever file it stands in."""
    every = Shell(("",))
    for document in root:
        around = _variables(document.at("variables"))
        before = list(_lines(document.at("before_script"))) or list(_lines(document.at("default", "before_script")))
        for job in (entry.value for entry in document.entries()):
            own = list(_lines(job.at("script")))
            shell = Shell(("",), {}, {**around, **_variables(job.at("variables"))})
            first = before if job.at("before_script").is_missing else _lines(job.at("before_script"))
            for line in (*first, *own) if own else ():
                shell.run(shell_command(script_source(line)))
            every.builds.extend(shell.builds)
            every.pushes.extend(shell.pushes)
            every.more = every.more or shell.more
    return Facts("gitlab_ci", unit.path, pipelines=pipeline_of(unit.path, "GitLab CI", every.builds, every.pushes, every.more))


def _variables(node: Node) -> dict[str, str]:
    """Return the variables that a mapping gives: a project's settings and whoever starts the pipeline may replace them."""
    found = {}
    for entry in node.entries():
        value = entry.value if isinstance(entry.value, Scalar) else entry.value.at("value")
        if isinstance(value, Scalar) and not value.is_missing:
            found[entry.key] = value.raw
    return found


def _lines(node: Node) -> Iterator[Scalar]:
    if isinstance(node, Scalar):
        yield node
    for element in node.elements():
        yield from _lines(element)
