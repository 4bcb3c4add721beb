"""Why a check is silent, as a terminal shows it."""

from __future__ import annotations

from cnlint.report.texts import Texts
from cnlint.report.view import Style, View, printable
from cnlint.tracing import Question
from cnlint.values import State
from cnlint.why import Account, Explanation

_STATES = {
    State.STATED: "stated",
    State.DEFAULTED: "by default",
    State.ABSENT: "absent",
    State.INAPPLICABLE: "the platform has no such thing",
    State.UNKNOWN: "unknown",
}
_OPEN = (State.UNKNOWN, State.INAPPLICABLE)


def account(explanation: Explanation, path: str, line: int, view: View) -> str:
    """Return what a check makes of each of its subjects at a place."""
    check = explanation.check
    texts = Texts(explanation.scan)
    blocks = [f"{view.paint(f'{check.code} {check.name}', Style.STRONG)} at {printable(path)}:{line}\n"]
    if not explanation.accounts:
        blocks.append(_nothing_here(explanation, texts))
    blocks += [_block(one, explanation, texts, view) for one in explanation.accounts]
    return "\n".join(blocks)


def _nothing_here(explanation: Explanation, texts: Texts) -> str:
    kind = explanation.check.parameters[0].kind
    if not explanation.elsewhere:
        return f"It looks at each {kind}, and there is none in this file.\n"
    lines = [f"It looks at each {kind}, and there is none at this line. In this file:"]
    lines += [f"  line {texts.place(span).start.line}: {printable(name)}" for name, span in explanation.elsewhere]
    return "\n".join(lines) + "\n"


def _block(one: Account, explanation: Explanation, texts: Texts, view: View) -> str:
    where = ""
    if one.span is not None:
        place = texts.place(one.span)
        where = f" ({view.path(explanation.scan.tree.root, place.path)}:{place.start.line})"
    lines = [f"{view.paint(printable(one.subject), Style.PLACE)}{where}"]
    if one.said:
        verb = "would say" if one.hidden else "says"
        lines += [f"  {verb} in line {texts.place(span).start.line}: {printable(message)}" for message, span in one.said]
        lines += [f"  hidden: {printable(one.hidden)}"] if one.hidden else []
    elif one.reason:
        lines.append(f"  silent, because {printable(one.reason)}")
    else:
        lines.append(f"  silent{_because(one.questions)}")
    lines += [f"  {printable(note)}" for note in one.notes]
    lines += [f"    {_question(question, texts, view)}" for question in one.questions]
    return "\n".join(lines) + "\n"


def _because(questions: tuple[Question, ...]) -> str:
    """Return the first value that might have spoken up, had it been known."""
    first = next((question for question in questions if question.state in _OPEN and question.answer == "no"), None)
    if first is None:
        return ": all that it asked for is known, and it found nothing wrong"
    told = f": {first.note}" if first.note else ""
    return f", because {first.name} is {'not known' if first.state is State.UNKNOWN else 'not a thing of this platform'}{printable(told)}"


def _question(question: Question, texts: Texts, view: View) -> str:
    state = _STATES[question.state]
    if question.state is State.STATED and question.span is not None:
        state = f"stated in line {texts.place(question.span).start.line}"
    note = f": {question.note}" if question.note else ""
    asked = view.paint(f"{question.name}.{question.asked}", Style.HELP)
    return f"{asked} -> {printable(question.answer)} ({state}{printable(note)})"
