"""The grammar of shell scripts: from tokens to steps in order, whatever construct they stand in."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Sequence

from msgspec import structs

from cnlint.knowledge.secrets import protect
from cnlint.model.command import Assignment, Choice, Invocation, Redirect, Word
from cnlint.source import Source, Span
from cnlint.syntax.shell.choices import Argument, any_of, argument, patterns, tested
from cnlint.syntax.shell.tokens import Scanner, Token, Trouble

SHELLS = frozenset({"sh", "bash", "dash", "ash", "zsh", "ksh"})
_DEPTH = 100
_SCRIPTS = 5
_ASSIGNMENT = re.compile(r"([A-Za-z_]\w*)(?:\[[^\]\s]*\])?\+?=")
_NAMED_WORD = re.compile(r"(-{0,2}([A-Za-z_][\w.-]*)=)(.+)\Z", re.DOTALL)
_DECLARING = frozenset({"export", "declare", "typeset", "local", "readonly"})
_TESTS = frozenset({"[", "[[", "test"})
_RENAMING = frozenset({"shift", "set", "unset", "eval", "read", "mapfile", "readarray", "getopts", "printf", ".", "source"})
"""Commands that may change the arguments or variables."""
_OPENING = {"if": "if", "while": "loop", "until": "loop", "{": "{"}
_BRANCHING = {"then": "if", "elif": "if", "else": "if", "do": "loop"}
_FOREVER = {"while": ("true", ":"), "until": ("false",)}
"""What a loop tests that only `break` ends."""
_CLOSING = {"fi": "if", "done": "loop", "esac": "case", "}": "{"}


def script_index(words: Sequence[str]) -> int | None:
    """Return which word is the script of `sh -c script` (with `-e`, `-l`, `-o pipefail`, `env` before), if one is."""
    start = 1 if words and posixpath.basename(words[0]) == "env" else 0
    if start >= len(words) or posixpath.basename(words[start]) not in SHELLS:
        return None
    index = start + 1
    while index < len(words) and words[index].startswith(("-", "+")):
        option = words[index]
        if not option.startswith("--") and "c" in option[1:]:
            return index + 1 if index + 1 < len(words) else None
        index += 2 if option in ("-o", "+o", "-O", "+O") else 1
    return None


def protected_word(text: str, span: Span, literal: bool, before: str = "") -> Word:
    """Return a word, redacted where it is a secret: by its shape, by `--name=` or `NAME=` in it, by the option before it."""
    match = _NAMED_WORD.match(text)
    if match:
        value = protect(match[3], span, match[2].replace("-", "_"))
        return Word(match[1] + value.known(""), span, literal, value.secret)
    name = before.lstrip("-").replace("-", "_") if before.startswith("-") and len(before) > 2 and not text.startswith("-") else ""
    value = protect(text, span, name)
    return Word(value.known(""), span, literal, value.secret)


class Step:
    """A simple command being read."""

    __slots__ = (
        "assignments",
        "choices",
        "conditional",
        "end",
        "function",
        "guarded",
        "negated",
        "operator",
        "redirects",
        "repeated",
        "replaces",
        "source",
        "start",
        "words",
    )

    def __init__(self, source: Source, start: int, negated: bool) -> None:
        self.source = source
        self.start = start
        self.end = start
        self.negated = negated
        self.words: list[Token] = []
        self.assignments: list[Token] = []
        self.redirects: list[tuple[Token, Token, Source]] = []
        self.operator = ""
        self.replaces = False
        self.conditional = False
        self.repeated = False
        self.function = ""
        self.guarded = False
        self.choices: tuple[Choice, ...] = ()

    @property
    def is_test(self) -> bool:
        """Tell whether it is there for its result only, so that what follows `&&` may not run."""
        return self.negated or (bool(self.words) and (self.words[0].text in _TESTS or self.words[0].text.startswith("((")))

    def build(self) -> Invocation:
        words: list[Word] = []
        for token in self.words:
            words.append(self._word(token, words[-1].text if words else ""))
        return Invocation(
            tuple(words),
            self.source.span(self.start, self.end),
            {"\n": ";", "|&": "|"}.get(self.operator, self.operator),
            tuple(self._assignment(token) for token in self.assignments),
            tuple(self._redirect(*redirect) for redirect in self.redirects),
            self.replaces and self.operator not in ("|", "|&", "&"),
            self.conditional,
            self.function,
            self.guarded,
            self.choices,
        )

    def _word(self, token: Token, before: str) -> Word:
        return protected_word(token.text, self.source.span(token.start, token.end), token.literal, before)

    def _assignment(self, token: Token) -> Assignment:
        match = _ASSIGNMENT.match(token.text)
        name, cut = (match[1], match.end()) if match else ("", 0)
        value = protect(token.text[cut:], self.source.span(token.start + cut, token.end), name)
        return Assignment(name, Word(value.known(""), value.span or self.source.span(token.start, token.end), token.literal, value.secret))

    @staticmethod
    def _redirect(operator: Token, target: Token, source: Source) -> Redirect:
        word = protected_word(target.text, source.span(target.start, target.end), target.literal)
        return Redirect(operator.descriptor, operator.text, word)


class Frame:
    """A construct that is open: `if`, `loop`, `case`, `{`, `(`; where its steps begin; what held around it.

    `choices` are what must hold in the branch that is read, None where that is not known; `past` those of the branches before,
    `tested` is where the steps of its condition begin, and `subject` the argument that a `case` is about. `opening` is the
    word that opened it; `forever` where it is the body of a loop that only `break` ends; `function` the
    name where it is the body of one.
    """

    __slots__ = ("choices", "conditional", "first", "forever", "function", "kind", "opening", "outer", "past", "subject", "tested")

    def __init__(self, kind: str, first: int, conditional: bool, outer: tuple[bool, bool]) -> None:
        self.kind = kind
        self.first = first
        self.conditional = conditional
        self.outer = outer
        self.opening = ""
        self.forever = False
        self.function = ""
        self.choices: tuple[Choice, ...] | None = None
        self.past: tuple[Choice, ...] | None = ()
        self.tested = first
        self.subject: Argument | None = None


class Parser:
    """Reads a script to its end, or to the first trouble."""

    def __init__(self, source: Source, depth: int = 0) -> None:
        self.source = source
        self.scanner = Scanner(source)
        self.depth = depth
        self.parsed = True
        self.steps: list[Step] = []
        self._frames: list[Frame] = []
        self._step: Step | None = None
        self._closed: int | None = None
        self._after_or = False
        self._after_test = False
        self._function = ""
        self._negated = False
        self._names: dict[str, Argument] = {}
        self._renamed: set[str] = set()
        try:
            self._read()
        except Trouble:
            self.parsed = False

    def invocations(self) -> tuple[Invocation, ...]:
        return tuple(step.build() for step in self.steps)

    def _read(self) -> None:
        while True:
            token = self.scanner.next()
            if token.kind == "end":
                self._finish("")
                if self._frames:
                    raise Trouble
                return
            if token.kind == "redirect":
                self._redirect(token)
            elif token.kind == "operator":
                self._operator(token)
            elif self._step is None and not token.quoted and self._reserved(token):
                continue
            elif self._closed is not None:
                raise Trouble
            else:
                self._add(token)

    def _reserved(self, token: Token) -> bool:
        """Act on a word that means something where a command begins; tell whether it is one."""
        word = token.text
        if word in _OPENING:
            self._open(_OPENING[word])
            self._frames[-1].opening = word
        elif word in _BRANCHING:
            self._branch(_BRANCHING[word], word)
        elif word in _CLOSING:
            self._close(_CLOSING[word])
        elif word in ("for", "select"):
            self._for()
        elif word == "case":
            self._case()
        elif word == "function":
            self._name_function()
        elif word == "[[":
            self._conditional_expression(token)
        elif word == "!":
            self._negated = True
        else:
            return word == "time"
        return True

    def _begin(self, start: int) -> Step:
        if self._step is None:
            self._step = Step(self.source, start, self._negated)
            self._negated = False
        return self._step

    def _add(self, token: Token) -> None:
        step = self._begin(token.start)
        step.end = token.end
        declares = bool(step.words) and step.words[0].text in _DECLARING
        assigns = (not step.words or declares) and _ASSIGNMENT.match(self.scanner.text, token.start) and _ASSIGNMENT.match(token.text)
        (step.assignments if assigns else step.words).append(token)

    def _redirect(self, token: Token) -> None:
        target = self.scanner.next()
        if target.kind != "word":
            raise Trouble
        if self._step is None and self._closed is not None:
            for step in self.steps[self._closed :]:
                step.redirects.append((token, target, self.source))
            return
        step = self._begin(token.start)
        step.redirects.append((token, target, self.source))
        step.end = target.end

    def _operator(self, token: Token) -> None:
        mark = token.text
        if mark == "(":
            self._open_bracket(token)
        elif mark == ")":
            self._finish("")
            self._close("(")
        elif mark.startswith((";;", ";&")):
            self._finish(";")
            if not self._frames or self._frames[-1].kind != "case":
                raise Trouble
            if mark != ";;":
                self._frames[-1].past = None
            self._patterns()
        else:
            self._finish(mark)

    def _open_bracket(self, token: Token) -> None:
        step = self._step
        if step is not None:
            if len(step.words) != 1 or step.assignments or step.redirects or self.scanner.next().text != ")":
                raise Trouble
            self._step = None
            self._function = step.words[0].text
        elif self.scanner.text.startswith("(", token.end):
            end = self.scanner.skip(token.end + 1, "))")
            arithmetic = Token("word", self.scanner.text[token.start : end], token.start, end)
            arithmetic.literal = False
            self._add(arithmetic)
        else:
            self._open("(")

    def _finish(self, operator: str) -> None:
        """End the simple command that is being read, if any, and note what joins it to the next."""
        step, self._step = self._step, None
        last = step
        if step is not None:
            step.operator = operator
            step.conditional = self._conditional()
            self._place_in_function(step)
            step.choices = self._choices(step)
            self._name_arguments(step)
            step.repeated = step.conditional and not self._conditional(forever=False)
            self._replace_shell(step)
            self.steps.extend(self._inner_steps(step))
            if step.words and step.words[0].text == "break":
                self._leave_loop()
        elif self._closed is not None and len(self.steps) > self._closed and operator:
            stays_behind = self.steps[-1].operator == "&" and operator in (";", "\n", "&&", "||")
            self.steps[-1].operator = "&" if stays_behind else operator
        self._closed = None
        if operator == "&&":
            self._after_test = self._after_test or (last is not None and last.is_test)
            self._after_or = False
        elif operator == "||":
            self._after_or, self._after_test = True, False
        elif operator not in ("|", "|&"):
            self._after_or = self._after_test = False

    def _conditional(self, *, forever: bool = True) -> bool:
        """Tell whether what stands here may not run; without `forever`, the bodies of endless loops do not count."""
        return self._after_or or self._after_test or any(frame.conditional and (forever or not frame.forever) for frame in self._frames)

    def _place_in_function(self, step: Step) -> None:
        """Note the innermost function that a step stands in, and whether it may not run where that function does."""
        index = next((index for index in reversed(range(len(self._frames))) if self._frames[index].function), None)
        if index is not None:
            step.function = self._frames[index].function
            step.guarded = self._after_or or self._after_test or any(frame.conditional for frame in self._frames[index + 1 :])

    def _choices(self, step: Step) -> tuple[Choice, ...]:
        """Return what must hold for a step to run within its script or function, as far as arguments have a say in it."""
        start = 1 + next((index for index in reversed(range(len(self._frames))) if self._frames[index].function), -1)
        branches = [frame.choices for frame in self._frames[start:] if frame.conditional]
        found = [choice for choices in branches for choice in choices or ()]
        decided = all(choices is not None for choices in branches) and not (self._after_or or self._after_test)
        is_open = any(frame.outer != (False, False) for frame in self._frames[start:])
        return tuple(found) if not found or (decided and not is_open) else (*found, Choice(0))

    def _name_arguments(self, step: Step) -> None:
        """Note the variables that are arguments of the script (`action=$1`), until these are others or the variables are."""
        if step.words and step.words[0].text in _RENAMING:
            self._names.clear()
        for token in step.assignments:
            match = _ASSIGNMENT.match(token.text)
            name = match[1] if match else ""
            found = argument(token.text[match.end() :], {}) if match and token.text[: match.end()] == f"{name}=" else None
            self._names.pop(name, None)
            if step.function:
                self._renamed.add(name)
            elif found is not None and not self._frames and not step.conditional and name not in self._renamed:
                self._names[name] = found

    def _arguments(self) -> dict[str, Argument]:
        """Return the variables that are arguments of the script where this stands; a loop may change them, a function has its own."""
        return {} if any(frame.kind == "loop" or frame.function for frame in self._frames) else self._names

    def _leave_loop(self) -> None:
        """Take back that the steps before the first `break` of an endless loop may not run: they are tried until they succeed."""
        loop = next((frame for frame in reversed(self._frames) if frame.kind == "loop"), None)
        if loop is None or not loop.forever:
            return
        loop.forever = False
        for step in self.steps[loop.first :]:
            step.conditional = step.conditional and not step.repeated

    def _replace_shell(self, step: Step) -> None:
        """Take away a leading `exec` with its options."""
        if not step.words or step.words[0].text != "exec" or step.words[0].quoted:
            return
        index = 1
        while index < len(step.words) and step.words[index].text in ("-a", "-c", "-l", "-cl", "--"):
            index += 2 if step.words[index].text == "-a" else 1
        del step.words[:index]
        piped = len(self.steps) > 0 and self.steps[-1].operator in ("|", "|&")
        step.replaces = bool(step.words) and not piped and all(frame.kind != "(" for frame in self._frames)

    def _inner_steps(self, step: Step) -> list[Step]:
        """Return the step itself, or the steps of the script that it gives to a shell."""
        index = script_index([word.text for word in step.words]) if self.depth < _SCRIPTS else None
        if index is None:
            return [step]
        inner = Parser(step.words[index].source(self.source), self.depth + 1)
        self.parsed = self.parsed and inner.parsed
        for part in inner.steps:
            part.choices = (*step.choices, Choice(0)) if step.choices and part.conditional else step.choices
            part.conditional = part.conditional or step.conditional
            part.guarded = part.guarded or step.guarded
            part.function = part.function or step.function
            part.replaces = part.replaces and step.replaces
            part.redirects.extend(step.redirects)
        if not inner.steps:
            return [step]
        inner.steps[-1].operator = step.operator
        return inner.steps

    def _open(self, kind: str, conditional: bool = False) -> None:
        if self._step is not None or self._closed is not None or len(self._frames) >= _DEPTH:
            raise Trouble
        held = conditional or bool(self._function) or self._after_or or self._after_test
        self._frames.append(Frame(kind, len(self.steps), held, (self._after_or, self._after_test)))
        self._frames[-1].function = self._function
        self._function, self._negated = "", False
        self._after_or = self._after_test = False

    def _close(self, kind: str) -> None:
        if not self._frames or self._frames[-1].kind != kind:
            raise Trouble
        frame = self._frames.pop()
        self._closed = frame.first
        self._after_or, self._after_test = frame.outer

    def _branch(self, kind: str, word: str) -> None:
        """Go on behind `then`, `else`, `do`: what follows may not run."""
        if not self._frames or self._frames[-1].kind != kind:
            raise Trouble
        self._closed = None
        frame = self._frames[-1]
        asked = [[word.text for word in step.words] for step in self.steps[frame.first :]]
        frame.forever = not frame.conditional and any(asked == [[endless]] for endless in _FOREVER.get(frame.opening, ()))
        frame.conditional = True
        self._choose(frame, word)

    def _choose(self, frame: Frame, word: str) -> None:
        """Note what must hold behind `then`, `elif` and `else` of an `if`."""
        if frame.kind != "if":
            return
        if word == "then":
            found = self._tested(self.steps[frame.tested :])
            frame.choices = None if found is None or frame.past is None else (*frame.past, found)
            frame.past = (
                None
                if frame.choices is None
                else (*(frame.past or ()), structs.replace(frame.choices[-1], wanted=not frame.choices[-1].wanted))
            )
        else:
            frame.choices = frame.past if word == "else" else None
            frame.tested = len(self.steps)

    def _tested(self, steps: Sequence[Step]) -> Choice | None:
        """Return what the condition of an `if` asks of an argument: one test, or some of which any may hold."""
        names = self._arguments()
        found = any_of(
            [
                tested(step.words, names, negated=step.negated) if step.is_test and step.words and step.words[0].text in _TESTS else None
                for step in steps
            ]
        )
        if found is None or any(step.operator != "||" for step in steps[:-1]):
            return None
        return structs.replace(found, at=steps[0].start)

    def _for(self) -> None:
        self._open("loop")
        token = self.scanner.next()
        if token.text == "(" and token.kind == "operator":
            self.scanner.skip(token.end + 1, "))")
            return
        self._names.pop(token.text, None)
        token = self.scanner.next()
        if token.text == "in":
            while (token := self.scanner.next()).kind == "word":
                pass
        if token.kind == "word":
            self.scanner.push_back(token)

    def _case(self) -> None:
        self._open("case", conditional=True)
        self._frames[-1].subject = argument(self.scanner.next().text, self._arguments())
        while (token := self.scanner.next()).text == "\n":
            pass
        if token.text != "in":
            raise Trouble
        self._patterns()

    def _patterns(self) -> None:
        """Read the patterns of the next branch of a `case`, or its end."""
        while (token := self.scanner.next()).text == "\n":
            pass
        if token.text == "esac" and not token.quoted:
            self._close("case")
            return
        if token.text == "(" and token.kind == "operator":
            token = self.scanner.next()
        words: list[Token] = []
        while token.kind == "word" or token.text == "|":
            words.extend([token] if token.kind == "word" else ())
            token = self.scanner.next()
        if token.text != ")":
            raise Trouble
        frame = self._frames[-1]
        means = patterns(words)
        if frame.subject is None or means is None or frame.past is None:
            frame.choices = frame.past = None
            return
        number, default = frame.subject
        frame.choices = (*frame.past, Choice(number, means, at=token.start, default=default))
        frame.past = (*frame.past, Choice(number, means, wanted=False, at=token.start, default=default))

    def _name_function(self) -> None:
        name = self.scanner.next().text
        token = self.scanner.next()
        if token.text == "(" and token.kind == "operator":
            self.scanner.next()
        elif token.text != "\n":
            self.scanner.push_back(token)
        self._function = name or "?"

    def _conditional_expression(self, token: Token) -> None:
        for word in (token, *self.scanner.until("]]")):
            step = self._begin(word.start)
            step.words.append(word)
            step.end = word.end
