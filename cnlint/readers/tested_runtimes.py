"""Jobs of GitHub Actions that run tests: on which version of a runtime they do.

Sources: <https://github.com/actions/setup-python#basic-usage>, <https://github.com/actions/setup-node#usage>,
<https://github.com/actions/setup-go#usage>, <https://github.com/ruby/setup-ruby#usage>,
<https://github.com/astral-sh/setup-uv#inputs>
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cnlint.assembly.github_actions import Step
from cnlint.model.project import TestedRuntime
from cnlint.patterns import lazy
from cnlint.syntax.nodes import Scalar
from cnlint.values import stated, unknown

_ACTIONS = {
    "actions/setup-python": ("python", "python-version"),
    "actions/setup-node": ("node", "node-version"),
    "actions/setup-go": ("go", "go-version"),
    "ruby/setup-ruby": ("ruby", "ruby-version"),
    "astral-sh/setup-uv": ("python", "python-version"),
}
_TESTS = {
    "python": lazy(r"(?s).*\b(?:pytest|py\.test|manage\.py test|-m unittest|tox|nox)\b"),
    "node": lazy(r"(?s).*\b(?:npm (?:run )?test|npm t|yarn (?:run )?test|pnpm (?:run )?test|jest|vitest|mocha)\b"),
    "go": lazy(r"(?s).*\bgo test\b"),
    "ruby": lazy(r"(?s).*\b(?:rspec|rails test|rake test)\b"),
}
_ANY_TESTS = lazy(r"(?s).*\b(?:make|just|task|invoke|hatch|poe|script/|scripts/|bin/|\./)\S* ?\S*test")


def tested_runtimes(path: str, jobs: Iterable[tuple[Step, ...]]) -> tuple[TestedRuntime, ...]:
    """Return the runtimes that jobs with tests set up; a version that an expression or a file gives is unknown."""
    return tuple(found for steps in jobs for found in _of_job(path, steps))


def _of_job(path: str, steps: tuple[Step, ...]) -> Iterator[TestedRuntime]:
    scripts = [(step, node.raw) for step in steps if isinstance(node := step.node.at("run"), Scalar)]
    for step in steps:
        uses = step.node.at("uses")
        action = uses.raw.partition("@")[0] if isinstance(uses, Scalar) else ""
        ecosystem, key = _ACTIONS.get(action, ("", ""))
        if not ecosystem or uses.span is None:
            continue
        tests = [one for one, text in scripts if _TESTS[ecosystem].match(text) or _ANY_TESTS.match(text)]
        if not tests:
            continue
        given = step.node.at("with").at(key)
        text = step.expressions.fill(given.raw).strip() if isinstance(given, Scalar) and not given.is_missing else ""
        version = (
            stated(text, given.span) if text and "${{" not in text and "\n" not in text else unknown("it is given elsewhere", uses.span)
        )
        certain = any(_TESTS[ecosystem].match(text) for _, text in scripts)
        yield TestedRuntime(
            path, ecosystem, version if certain else unknown("what it tests is not known", uses.span), uses.span, tests[0].folder
        )
