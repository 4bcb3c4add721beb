"""Pipelines of CircleCI: the steps of each job, with the commands of the file and their parameters filled in.

Sources: <https://circleci.com/docs/reference/configuration-reference/>, <https://circleci.com/docs/reference/reusing-config/>
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice, product

from cnlint.assembly.expressions import Expressions
from cnlint.assembly.unit import Assembled, Files, Unit
from cnlint.patterns import lazy
from cnlint.syntax import yaml
from cnlint.syntax.nodes import Missing, Node, Scalar

_DEPTH = 6
_INSTANCES = 64
_STEPS = 5_000
_EXPRESSION = lazy(r"<<\s*(?P<name>(?:parameters|pipeline|matrix|executor|orb)\.[\w.-]+)\s*>>")
_NOTHING = Missing(None)
_HOME = "~/project"


class OrbStep:
    """A step or job of an orb: the orb without its version, what of it is called, and what it is given."""

    __slots__ = ("expressions", "given", "name", "orb", "place")

    def __init__(self, orb: str, name: str, given: Node, expressions: Expressions, place: Node) -> None:
        self.orb = orb
        self.name = name
        self.given = given
        self.expressions = expressions
        self.place = place


class RunStep:
    """A `run` step: its node (a script or a mapping with one), and the expressions that hold for it."""

    __slots__ = ("expressions", "node")

    def __init__(self, node: Node, expressions: Expressions) -> None:
        self.node = node
        self.expressions = expressions


class Job:
    """A job with its steps in order; `home` is the folder that it works in, where the repository is checked out."""

    __slots__ = ("expressions", "home", "node", "steps")

    def __init__(self, node: Node, home: str, expressions: Expressions, steps: tuple[RunStep | OrbStep, ...]) -> None:
        self.node = node
        self.home = home
        self.expressions = expressions
        self.steps = steps


def assemble(unit: Unit, files: Files) -> Assembled[tuple[Job, ...]] | None:
    """Return the jobs, once for each call that workflows make of them, and once for one that none calls. Raises `SyntaxFailure`."""
    source = files.source(unit.path)
    if source is None:
        return None
    document = yaml.parse(source)
    root = document.root[0] if document.root else Node(None)
    return Assembled(tuple(_Config(root).jobs()), (document,))


class _Config:
    def __init__(self, root: Node) -> None:
        self.root = root
        self.left = _STEPS
        self.orbs = {entry.key: entry.value.raw.partition("@")[0] for entry in root.at("orbs").entries() if isinstance(entry.value, Scalar)}

    def jobs(self) -> Iterator[Job]:
        called: set[str] = set()
        workflows = (entry.value for entry in self.root.at("workflows").entries())
        for name, given in (call for workflow in workflows for element in workflow.at("jobs").elements() for call in _calls(element)):
            job = self.root.at("jobs").child(name)
            called.add(name)
            for expressions in _combinations(job, given):
                steps = self._steps(job.at("steps"), expressions, _DEPTH) if not job.is_missing else self._of_orb(name, given, expressions)
                yield Job(job, self._home(job, expressions), expressions, tuple(steps))
        for entry in self.root.at("jobs").entries():
            if entry.key not in called:
                expressions = _with_parameters(entry.value, _NOTHING, Expressions({}, _EXPRESSION))
                steps = self._steps(entry.value.at("steps"), expressions, _DEPTH)
                yield Job(entry.value, self._home(entry.value, expressions), expressions, tuple(steps))

    def _home(self, job: Node, expressions: Expressions) -> str:
        executor = job.at("executor") if isinstance(job.at("executor"), Scalar) else job.at("executor", "name")
        name = expressions.fill(executor.raw) if isinstance(executor, Scalar) else ""
        given = (job.at("working_directory"), self.root.at("executors", name, "working_directory"))
        return next((expressions.fill(one.raw).rstrip("/") for one in given if isinstance(one, Scalar) and not one.is_missing), _HOME)

    def _steps(self, steps: Node, expressions: Expressions, depth: int) -> Iterator[RunStep | OrbStep]:
        for name, given in (call for element in steps.elements() for call in _calls(element)) if depth else ():
            self.left -= 1
            if self.left < 0:
                return
            command = self.root.at("commands").child(name)
            if name == "run":
                yield RunStep(given, expressions)
            elif name in ("when", "unless"):
                yield from self._steps(given.at("steps"), expressions, depth - 1)
            elif not command.is_missing:
                yield from self._steps(command.at("steps"), _with_parameters(command, given, expressions), depth - 1)
            else:
                yield from self._of_orb(name, given, expressions)

    def _of_orb(self, name: str, given: Node, expressions: Expressions) -> Iterator[OrbStep]:
        alias, slash, inner = name.partition("/")
        if slash and alias in self.orbs:
            yield OrbStep(self.orbs[alias], inner, given, expressions, given)


def _calls(element: Node) -> Iterator[tuple[str, Node]]:
    """Yield what a step or a job of a workflow calls, and what it gives."""
    if isinstance(element, Scalar):
        yield element.raw, _NOTHING
    yield from ((entry.key, entry.value) for entry in element.entries())


def _combinations(job: Node, given: Node) -> Iterator[Expressions]:
    """Yield the parameters of a job for each combination of its matrix."""
    around = _with_parameters(job, given, Expressions({}, _EXPRESSION))
    matrix = [(entry.key, list(entry.value.elements())) for entry in given.at("matrix", "parameters").entries()]
    for row in islice(product(*(values for _, values in matrix)), _INSTANCES):
        texts = {key: value.raw for (key, _), value in zip(matrix, row, strict=True) if isinstance(value, Scalar)}
        named = {f"{context}.{key}": text for key, text in texts.items() for context in ("parameters", "matrix")}
        yield Expressions({**around.known, **named}, _EXPRESSION)


def _with_parameters(callee: Node, given: Node, caller: Expressions) -> Expressions:
    """Return the parameters of a command or job: what it is given, else their defaults."""
    known: dict[str, str] = {}
    for entry in callee.at("parameters").entries():
        default, value = entry.value.at("default"), given.child(entry.key) if not isinstance(given, Scalar) else _NOTHING
        if isinstance(value, Scalar):
            known[f"parameters.{entry.key}"] = caller.fill(value.raw)
        elif isinstance(default, Scalar):
            known[f"parameters.{entry.key}"] = default.raw
    return Expressions(known, _EXPRESSION)
