"""Workflows of GitHub Actions: each job with its matrix, its reusable workflow and its local actions filled in.

Sources: <https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax>,
<https://docs.github.com/en/actions/how-tos/reuse-automations/reuse-workflows>,
<https://docs.github.com/en/actions/reference/workflows-and-actions/metadata-syntax>
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from cnlint.assembly.expressions import Expressions
from cnlint.assembly.unit import Assembled, Files, Unit
from cnlint.syntax import yaml
from cnlint.syntax.document import Document, SyntaxFailure
from cnlint.syntax.nodes import Node, Scalar

_DEPTH = 4
_INSTANCES = 64
_ACTION = ("action.yml", "action.yaml")


class Step:
    """A step of a job: its node, and the expressions that hold for it."""

    __slots__ = ("expressions", "folder", "node")

    def __init__(self, node: Node, expressions: Expressions, folder: str) -> None:
        self.node = node
        self.expressions = expressions
        self.folder = folder


def assemble(unit: Unit, files: Files) -> Assembled[tuple[tuple[Step, ...], ...]] | None:
    """Return the steps of each job, once for each combination of its matrix. Raises `SyntaxFailure`.

    A job that calls a workflow of another repository is itself the one step.
    A workflow that is only called by others has no jobs of its own.
    """
    source = files.source(unit.path)
    if source is None:
        return None
    document = yaml.parse(source)
    root = document.root[0] if document.root else Node(None)
    calls = [entry.key for entry in root.at("on").entries()]
    jobs = () if calls == ["workflow_call"] else tuple(_Workflows(unit, files).jobs(root, Expressions({}), _DEPTH))
    return Assembled(jobs, (document,))


class _Workflows:
    def __init__(self, unit: Unit, files: Files) -> None:
        self.files = files
        self.root = unit.path.rpartition(".github/")[0]

    def jobs(self, root: Node, around: Expressions, depth: int) -> Iterator[tuple[Step, ...]]:
        """Return the steps of each job of a workflow."""
        outer = around.with_("env", root.at("env"))
        folder = _folder(root, outer)
        for job in (entry.value for entry in root.at("jobs").entries()):
            for expressions in _combinations(job, outer):
                here = expressions.with_("env", job.at("env"))
                called = self._file(job.at("uses"), here) if depth else None
                if called is not None:
                    yield from self.jobs(called, _inputs(called.at("on", "workflow_call"), job.at("with"), here), depth - 1)
                elif isinstance(job.at("uses"), Scalar):
                    yield (Step(job, here, folder),)
                else:
                    yield tuple(self._steps(job.at("steps"), here, _folder(job, here) or folder, depth))

    def _steps(self, steps: Node, around: Expressions, folder: str, depth: int) -> Iterator[Step]:
        for step in steps.elements():
            here = around.with_("env", step.at("env"))
            action = self._action(step.at("uses"), here) if depth else None
            if action is None:
                own = step.at("working-directory")
                yield Step(step, here, here.fill(own.raw) if isinstance(own, Scalar) else folder)
            else:
                yield from self._steps(action.at("runs", "steps"), _inputs(action, step.at("with"), here), folder, depth - 1)

    def _action(self, uses: Node, expressions: Expressions) -> Node | None:
        path = expressions.fill(uses.raw) if isinstance(uses, Scalar) else ""
        if not path.startswith("./"):
            return None
        found = (f"{self.root}{path[2:].rstrip('/')}/{name}" for name in _ACTION)
        return next((self._parsed(one) for one in found if self.files.exists(one)), None)

    def _file(self, uses: Node, expressions: Expressions) -> Node | None:
        path = expressions.fill(uses.raw) if isinstance(uses, Scalar) else ""
        return self._parsed(f"{self.root}{path[2:]}") if path.startswith("./") else None

    def _parsed(self, path: str) -> Node | None:
        source = self.files.source(path)
        if source is None:
            return None
        try:
            document: Document[tuple[Node, ...]] = yaml.parse(source)
        except SyntaxFailure:
            return None
        return document.root[0] if document.root else None


def _folder(node: Node, expressions: Expressions) -> str:
    given = node.at("defaults", "run", "working-directory")
    return expressions.fill(given.raw) if isinstance(given, Scalar) else ""


def _inputs(called: Node, given: Node, caller: Expressions) -> Expressions:
    """Return what is known inside of what is called: its inputs, given or by default."""
    defaults = {
        f"inputs.{entry.key}": default.raw
        for entry in called.at("inputs").entries()
        if isinstance(default := entry.value.at("default"), Scalar)
    }
    absent = {
        f"inputs.{entry.key}": ""
        for entry in called.at("inputs").entries()
        if entry.value.at("default").is_missing and not entry.value.at("required").boolean().is_(True)
    }
    passed = {f"inputs.{entry.key}": caller.fill(entry.value.raw) for entry in given.entries() if isinstance(entry.value, Scalar)}
    return Expressions({**absent, **defaults, **passed})


def _combinations(job: Node, around: Expressions) -> Iterator[Expressions]:
    """Return the expressions of each instance of a job; those around it where its matrix is not known."""
    matrix = job.at("strategy", "matrix")
    axes = [
        [_cell(entry.key, element) for element in entry.value.elements()]
        for entry in matrix.entries()
        if entry.key not in ("include", "exclude") and list(entry.value.elements())
    ]
    cells = [dict(kv for part in parts for kv in part.items()) for parts, _ in zip(product(*axes), range(_INSTANCES), strict=False)]
    excluded = [
        {key: value for entry in one.entries() for key, value in _cell(entry.key, entry.value).items()}
        for one in matrix.at("exclude").elements()
    ]
    cells = [cell for cell in cells if not any(all(cell.get(key) == value for key, value in one.items()) for one in excluded)]
    for element in matrix.at("include").elements():
        more = {key: value for entry in element.entries() for key, value in _cell(entry.key, entry.value).items()}
        fitting = [cell for cell in cells if axes and all(cell.get(key, value) == value for key, value in more.items())]
        for cell in fitting:
            cell.update(more)
        if not fitting:
            cells.append(more)
    cells = [cell for cell in cells if cell] or [{}]
    keys = {key for cell in cells for key in cell}
    cells = [{**dict.fromkeys(keys, ""), **cell} for cell in cells]
    for cell in cells[:_INSTANCES]:
        yield Expressions({**around.known, **{f"matrix.{key}": around.fill(value) for key, value in cell.items()}}) if cell else around


def _cell(name: str, node: Node) -> dict[str, str]:
    """Return the names that one value of a matrix gives: `service`, or `service.name` and `service.path`."""
    if isinstance(node, Scalar):
        return {name: node.raw}
    return {key: value for entry in node.entries() for key, value in _cell(f"{name}.{entry.key}", entry.value).items()}
