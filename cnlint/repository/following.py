"""From the command that starts a process to the one that stays: through scripts, `"$@"`, functions and package scripts.

A step that is followed gives commands of the script it runs, and so on. What only runs before the program that stays
stands before it in the chain; where a step may not run, nor may what it leads to.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Sequence
from typing import Literal

from msgspec import Struct, structs

from cnlint.knowledge.commands import program, unwrapped
from cnlint.knowledge.package_scripts import PackageRun, in_turn, package_run, parallel
from cnlint.knowledge.servers import detaching, is_application_server, server_of
from cnlint.model.command import Command, Invocation, Word
from cnlint.model.facts import Facts
from cnlint.model.project import DependencyManifest, PackageScript, ProcessType, Program, Script, SupervisorConfig
from cnlint.repository.image_files import ImageFiles
from cnlint.source import Segment, Source
from cnlint.syntax.shell import SHELLS, shell_command
from cnlint.values import Items, Value, stated

_DEPTH = 8
_ARGUMENTS = frozenset({"$@", "$*", "${@}", "${*}"})
_BINARIES = ("/usr/local/bin", "/usr/local/sbin", "/usr/bin", "/usr/sbin", "/bin", "/sbin")
_IDLE = frozenset({"sleep", "tail", "echo", "printf"})
"""What keeps a container or says something, and serves nobody."""
_SUPERVISED = (
    "/etc/supervisord.conf",
    "/etc/supervisor/supervisord.conf",
    "/etc/supervisor/conf.d",
    "/etc/supervisor.d",
    "/etc/supervisord.d",
)
"""Where supervisord looks, and where the packages of distributions include from (<https://supervisord.org/configuration.html>)."""


class Sources:
    """What commands may lead to, of the whole repository, by path; scripts also by their name without the folder."""

    def __init__(self, facts: Iterable[Facts] = ()) -> None:
        self.scripts: dict[str, Script] = {}
        self.packages: dict[str, DependencyManifest] = {}
        self.supervisors: dict[str, SupervisorConfig] = {}
        self.procfiles: dict[str, tuple[ProcessType, ...]] = {}
        for unit in facts:
            self.scripts.update((script.path, script) for script in unit.scripts)
            self.packages.update((manifest.path, manifest) for manifest in unit.manifests if manifest.scripts)
            self.supervisors.update((config.path, config) for config in unit.supervisor_configs)
            if unit.process_types:
                self.procfiles[unit.path] = unit.process_types
        self.paths = frozenset((*self.scripts, *self.packages, *self.supervisors, *self.procfiles))
        self.named: dict[str, list[Script]] = {}
        for path, script in self.scripts.items():
            self.named.setdefault(path.rpartition("/")[2], []).append(script)


class Hop(Struct, frozen=True):
    """A command on the way to the program that stays, and how one gets there.

    `platform` starts it; it is what a `script` says, started anew, or `sourced` by a shell that goes on; the body of a
    `function`; the line of a `package` manager's script; or the `arguments` that the step before runs as they are.
    """

    command: Command
    reached: Literal["platform", "script", "sourced", "function", "package", "arguments"]


class Followed(Struct, frozen=True):
    """Commands in the order of `Process.chain`, the shell scripts among them, and the programs that are kept running.

    `hops` are those commands that lead to the program that stays, the one that the platform starts first.
    """

    commands: tuple[Command, ...] = ()
    scripts: tuple[Script, ...] = ()
    programs: Items[Program] = Items()
    hops: tuple[Hop, ...] = ()

    @property
    def way(self) -> tuple[Command, ...]:
        """Return the commands of the hops."""
        return tuple(hop.command for hop in self.hops)


class _Place(Struct, frozen=True):
    """Where a command runs: the folder (None where not known), what `"$@"` stands for, the functions in reach.

    `loose` where that may have words before it that are not seen. `package` is the manifest whose script it is. `stays` where it leads to the program that stays, and `certain` where it
    surely runs.
    """

    folder: str | None
    given: Command | None = None
    loose: bool = False
    functions: tuple[Invocation, ...] = ()
    package: DependencyManifest | None = None
    stays: bool = True
    certain: bool = True
    depth: int = 0
    reached: Literal["platform", "script", "sourced", "function", "package", "arguments"] = "platform"


def follow(entrypoint: Value[Command], command: Value[Command], whole: Value[Command], files: ImageFiles, sources: Sources) -> Followed:
    """Return what a process runs, started by `whole`: the combination of what takes ENTRYPOINT's and CMD's place."""
    outer = whole.known(None)
    if outer is None:
        return Followed()
    following = _Following(files, sources)
    first, tail = entrypoint.known(None), command.known(None)
    handed = tail is not None and first is not None and tail is not outer and first.form == "exec" and not first.shell
    own = len(first.words) if handed and first is not None else None
    following.outermost(outer, tail if handed else None, own)
    return Followed(
        tuple(following.commands),
        tuple(following.scripts),
        Items(tuple(following.programs), not following.more, following.more),
        tuple(following.hops),
    )


class _Following:
    """One process being followed."""

    def __init__(self, files: ImageFiles, sources: Sources) -> None:
        self.files = files
        self.sources = sources
        self.commands: list[Command] = []
        self.scripts: list[Script] = []
        self.programs: list[Program] = []
        self.hops: list[Hop] = []
        self.more = ""
        self._running: set[object] = set()
        self._known: set[tuple[object, bool]] = set()

    def outermost(self, outer: Command, tail: Command | None, own: int | None) -> None:
        """Follow the command that starts the process; `tail` is the CMD behind an ENTRYPOINT of `own` words."""
        place = _Place(self.files.folder)
        if tail is None or own is None or len(outer.invocations) != 1:
            self.command(outer, place)
            return
        step = outer.invocations[0]
        alone = structs.replace(step, words=step.words[:own])
        rest = unwrapped(step)
        self.commands.append(outer)
        self.hops.append(Hop(outer, "platform"))
        if len(rest) <= len(step.words) - own:
            self.command(tail, structs.replace(place, reached="arguments"))
            return
        self._step(alone, place, tail)

    def command(self, command: Command, place: _Place) -> None:
        """Add what a command's steps run before the one that stays, then the command, then what that one leads to."""
        command = _settled(_decided(command, None if place.loose else place.given))
        steps = command.invocations
        functions = (*place.functions, *(step for step in steps if step.function))
        place = structs.replace(place, functions=functions)
        main = command.main
        for index, step in enumerate(steps):
            if step.function or not step.words:
                continue
            if step is main:
                if step.replaces_shell:
                    break
                continue
            here = _behind(steps[:index], place)
            self._step(step, structs.replace(here, certain=place.certain and not step.conditional, stays=False), None)
        self.commands.append(command if place.certain else _doubtful(command))
        if place.stays and place.certain:
            self.hops.append(Hop(command, place.reached))
        if main is not None:
            before = steps[: next(index for index, step in enumerate(steps) if step is main)]
            self._step(main, _behind(before, place), None)

    def _step(self, step: Invocation, place: _Place, tail: Command | None) -> None:
        """Add what a step leads to: the script, package script or function that it runs, its arguments, other programs."""
        if place.depth >= _DEPTH:
            return
        words = unwrapped(step)
        inner = structs.replace(place, depth=place.depth + 1)
        if not words:
            return
        if words[0].text in _ARGUMENTS and not words[0].literal:
            if place.given is not None and len(words) == 1:
                self.command(place.given, structs.replace(inner, reached="arguments"))
            return
        if body := [one for one in inner.functions if one.function == words[0].text]:
            self._function(words, body, inner)
        elif (run := package_run(words)) is not None:
            self._package_run(run, inner)
        elif names := in_turn(words):
            self._in_turn(names, inner)
        elif together := parallel(words):
            self._parallel(together, inner)
        elif not self._manager(words, inner):
            self._script(step, words, inner, tail)

    def _enters(self, key: object, place: _Place) -> bool:
        """Tell whether to follow what `key` names: not within itself, and what only runs before not a second time."""
        known = (key, True) in self._known or (key, place.certain) in self._known
        if key in self._running or (known and not place.stays):
            return False
        self._running.add(key)
        self._known.add((key, place.certain))
        return True

    def _function(self, words: Sequence[Word], body: Sequence[Invocation], place: _Place) -> None:
        key = (words[0].text, body[0].span)
        if not self._enters(key, place):
            return
        steps = tuple(structs.replace(one, conditional=one.guarded, function="", guarded=False) for one in body)
        given = place.given if len(words) == 2 and words[1].text in _ARGUMENTS else _arguments(words[1:])
        if len(words) > 2 and any(word.text in _ARGUMENTS for word in words[1:]):
            given = None
        whole = Command("shell", steps, body[0].span.to(body[-1].span), True)
        self.command(whole, structs.replace(place, given=given, reached="function"))
        self._running.discard(key)

    def _script(self, step: Invocation, words: Sequence[Word], place: _Place, tail: Command | None) -> None:
        at = self._script_word(words)
        script = None if at is None else self._found_script(words[at], place.folder)
        if at is None or script is None or not self._enters(script.path, place):
            return
        if script not in self.scripts:
            self.scripts.append(script)
        rest = words[at + 1 :]
        given = tail if tail is not None and not rest else _arguments(rest, tail)
        if any(word.text in _ARGUMENTS for word in rest):
            given = place.given if len(rest) == 1 else None
        sourced = words[0].text in (".", "source")
        if sourced:
            given = place.given
        self.command(script.command, structs.replace(place, given=given, functions=(), reached="sourced" if sourced else "script"))
        self._running.discard(script.path)

    @staticmethod
    def _script_word(words: Sequence[Word]) -> int | None:
        """Return which word names the script: the program, or the first argument of a shell that is no option."""
        if program(words) not in SHELLS and words[0].text not in (".", "source"):
            return 0 if words[0].literal else None
        index = 1
        while index < len(words) and words[index].text.startswith(("-", "+")):
            if not words[index].text.startswith("--") and "c" in words[index].text:
                return None
            index += 2 if words[index].text in ("-o", "+o") else 1
        return index if index < len(words) and words[index].literal else None

    def _found_script(self, word: Word, folder: str | None) -> Script | None:
        """Return the script at a path of the image, else the only one of that name that the image brings."""
        text = word.text
        name = text.rpartition("/")[2]
        wanted = [self.files.path(text, folder)] if "/" in text or folder is not None else []
        wanted += [f"{binaries}/{text}" for binaries in _BINARIES] if "/" not in text else []
        if any(self.files.is_hidden(path) for path in wanted):
            return None
        for path in wanted:
            origin = self.files.origin(path)
            if origin is not None and origin in self.sources.scripts:
                return self.sources.scripts[origin]
        alike = [script for script in self.sources.named.get(name, ()) if self.files.ships(script.path)]
        return alike[0] if len(alike) == 1 else None

    def _package_run(self, run: PackageRun, place: _Place) -> None:
        manifest, folder = self._manifest(run, place)
        named = {script.name: script for script in manifest.scripts} if manifest is not None else {}
        script = named.get(run.name)
        if manifest is None or script is None or not self._enters((manifest.path, run.name), place):
            return
        place = structs.replace(place, folder=folder, given=None, functions=(), package=manifest, reached="package")
        for hook in ("pre", "post"):
            if hook + run.name in named:
                self.command(
                    named[hook + run.name].command,
                    structs.replace(place, certain=place.certain and run.hooks and hook == "pre", stays=False),
                )
        self.command(_with_arguments(script, run.arguments), place)
        self._running.discard((manifest.path, run.name))

    def _manifest(self, run: PackageRun, place: _Place) -> tuple[DependencyManifest | None, str | None]:
        """Return the `package.json` whose script is run, and the folder of the image that it stands in, None where not known.

        It stands in the folder, belongs to the script that runs it, or is the only one that the image brings.
        """
        shipped = [one for path, one in self.sources.packages.items() if self.files.ships(path)]
        if run.package and not run.package.startswith("."):
            alike = [one for one in shipped if one.name == run.package]
            return (alike[0] if len(alike) == 1 else None), None
        inner = posixpath.join(run.folder, run.package)
        if place.folder is not None:
            here = self.files.path(inner, place.folder)
            origin = self.files.origin(posixpath.join(here, "package.json"))
            if origin is not None:
                return self.sources.packages.get(origin), here
        if inner:
            return None, None
        return place.package or (shipped[0] if len(shipped) == 1 else None), place.folder

    def _in_turn(self, names: Sequence[str], place: _Place) -> None:
        for number, name in enumerate(names, 1):
            run = PackageRun(name, "", "", (), hooks=True)
            self._package_run(run, structs.replace(place, stays=place.stays and number == len(names)))

    def _parallel(self, together: Iterable[tuple[str, Word]], place: _Place) -> None:
        manifest, _ = self._manifest(PackageRun("", "", "", (), hooks=False), place)
        named = {script.name: script for script in manifest.scripts} if manifest is not None else {}
        for kind, word in together:
            if kind == "line":
                self.programs.append(Program(word.text, stated(_line(word), word.span), word.span))
            elif word.text in named:
                self.programs.append(Program(word.text, stated(named[word.text].command, word.span), named[word.text].span))

    def _manager(self, words: Sequence[Word], place: _Place) -> bool:
        """Add the programs that a process manager starts; tell whether these words start one."""
        name = program(words)
        step = Invocation(tuple(words), words[0].span)
        if name == "supervisord":
            option = step.option("-c", "--configuration")
            self._supervise(option.text if option is not None else "", place.folder)
        elif name in ("honcho", "foreman", "overmind", "goreman", "hivemind") and any(word.text in ("start", "s") for word in words[1:3]):
            option = step.option("-f", "--procfile", "-l" if name == "overmind" else "-f")
            names = [word.text for word in words[2:] if not word.text.startswith("-") and (option is None or word.text != option.text)]
            self._start(option.text if option is not None else "Procfile", names, place.folder)
        else:
            return False
        return True

    def _supervise(self, path: str, folder: str | None) -> None:
        origins = [self.files.origin(self.files.path(where, folder)) for where in ((path,) if path else _SUPERVISED[:2])]
        configs = [self.sources.supervisors[origin] for origin in origins if origin in self.sources.supervisors]
        if not configs or any(not config.programs.complete for config in configs):
            self.more = "supervisord may read other files"
            included = [origin for where in _SUPERVISED[2:] for origin in self.files.inside(where)]
            configs += [self.sources.supervisors[origin] for origin in included if origin in self.sources.supervisors]
        if not configs:
            alike = [config for path, config in self.sources.supervisors.items() if self.files.ships(path)]
            configs = alike if len(alike) == 1 else []
        self.programs += [each for config in configs for each in config.programs]

    def _start(self, path: str, names: Sequence[str], folder: str | None) -> None:
        origin = self.files.origin(self.files.path(path, folder))
        found = self.sources.procfiles.get(origin or "")
        if found is None:
            self.more = f"{path} is not seen"
        for each in found or ():
            if (not names or each.name in names) and each.name != "release":
                self.programs.append(Program(each.name, each.command, each.span))


def _doubtful(command: Command) -> Command:
    """Return a command of which no step certainly runs."""
    return structs.replace(command, invocations=tuple(structs.replace(step, conditional=True) for step in command.invocations))


def _settled(command: Command) -> Command:
    """Return a command whose server is what stays, not what idles behind it (`flask run; sleep 60`): that runs once the server has ended."""
    main, steps = command.main, command.invocations
    if main is None or main.replaces_shell or main.program not in _IDLE:
        return command
    last = next(index for index, step in enumerate(steps) if step is main)
    at = next((index for index, step in enumerate(steps[:last]) if _serves(step)), None)
    if at is None:
        return command
    behind = (structs.replace(step, conditional=True) for step in steps[at + 1 :])
    return structs.replace(command, invocations=(*steps[: at + 1], *behind))


def _serves(step: Invocation) -> bool:
    """Tell whether a step certainly runs a server, and waits for it."""
    words = unwrapped(step)
    is_server = server_of(words) is not None or is_application_server(words)
    return is_server and not step.conditional and step.operator in ("", ";", "&&") and detaching(step) is None


def _folder(steps: Iterable[Invocation], folder: str | None) -> str | None:
    """Return the folder behind these steps: `cd` moves it; where it may not run the folder is not known."""
    for step in steps:
        if step.program not in ("cd", "pushd") or step.function:
            continue
        target = next((word for word in step.arguments if not word.text.startswith("-")), None)
        known = folder is not None and target is not None and target.literal and not step.conditional
        folder = posixpath.normpath(posixpath.join(folder, target.text)) if known and folder and target else None
    return folder


def _decided(command: Command, given: Command | None) -> Command:
    """Return a command without the branches that its arguments rule out; those that they choose certainly run."""
    if not any(step.choices for step in command.invocations):
        return command
    kept: list[Invocation] = []
    matched: dict[tuple[int, int], bool | None] = {}
    for step in command.invocations:
        verdict = _verdict(step, given, matched)
        if verdict is False:
            continue
        certain = verdict is True and not step.function
        kept.append(structs.replace(step, conditional=False) if certain else step)
        given = None if _is_loose(kept[-1]) else _given(kept[-1:], given)
    return structs.replace(command, invocations=tuple(kept))


def _verdict(step: Invocation, given: Command | None, matched: dict[tuple[int, int], bool | None]) -> bool | None:
    """Tell whether a step's choices hold with these arguments, None where that is not known.

    `matched` are the answers for conditions by their places: what one met with before a `shift` holds behind it.
    """
    if not step.choices or step.function:
        return None
    answers = []
    for choice in step.choices:
        key = choice.argument, choice.at
        if key not in matched:
            text = _argument(choice.argument, given)
            matched[key] = None if text is None else choice.matches(text)
        found = matched[key]
        answers.append(None if found is None else found is choice.wanted)
    return False if False in answers else None if None in answers else True


def _argument(number: int, given: Command | None) -> str | None:
    """Return the argument of a number, empty where there are fewer, None where it is not known."""
    if not number or given is None or given.shell or len(given.invocations) != 1:
        return None
    words = given.invocations[0].words
    if not all(word.literal for word in words[:number]):
        return None
    return words[number - 1].text if number <= len(words) else ""


def _behind(steps: Sequence[Invocation], place: _Place) -> _Place:
    """Return the place behind these steps."""
    loose = place.loose or any(_is_loose(step) for step in steps)
    return structs.replace(place, folder=_folder(steps, place.folder), given=_given(steps, place.given), loose=loose)


def _is_loose(step: Invocation) -> bool:
    """Tell whether a step may put words before the arguments that are not known, or may not put them."""
    if step.function or step.program != "set" or "--" not in [word.text for word in step.words]:
        return False
    return step.conditional or not all(word.literal or word.text in _ARGUMENTS for word in step.words)


def _given(steps: Iterable[Invocation], given: Command | None) -> Command | None:
    """Return what `"$@"` stands for behind these steps, None where `shift` and `set` leave that open.

    `set -- program "$@"` puts words before it; where it may not run, or these are not known, it is still the same command:
    they are an option of it, a program that hands over.
    """
    for step in steps:
        if step.function:
            continue
        if step.program == "shift":
            count = step.arguments[0].text if step.arguments else "1"
            given = None if step.conditional or not count.isdigit() else _shifted(given, int(count))
        elif step.program == "set" and any(word.text == "--" for word in step.arguments):
            given = _set(step, given)
    return given


def _set(step: Invocation, given: Command | None) -> Command | None:
    """Return the arguments behind `set -- …`."""
    texts = [word.text for word in step.words]
    words = step.words[texts.index("--") + 1 :]
    keeps = bool(words) and words[-1].text in _ARGUMENTS
    own = words[:-1] if keeps else words
    if _is_loose(step) or any(word.text in _ARGUMENTS for word in own):
        return given if keeps else None
    if keeps and given is not None and not given.shell and len(given.invocations) == 1:
        return _arguments((*own, *given.invocations[0].words))
    return given if keeps else _arguments(own)


def _shifted(given: Command | None, count: int) -> Command | None:
    if given is None or given.shell or len(given.invocations) != 1 or len(given.invocations[0].words) <= count:
        return None
    step = given.invocations[0]
    return structs.replace(given, invocations=(structs.replace(step, words=step.words[count:]),))


def _arguments(words: Sequence[Word], tail: Command | None = None) -> Command | None:
    """Return the command that words, and those of a CMD behind them, make up as arguments of a script; None without any."""
    if tail is not None and (tail.shell or len(tail.invocations) != 1):
        return None
    whole = (*words, *(tail.invocations[0].words if tail is not None else ()))
    if not whole:
        return None
    span = whole[0].span
    return Command("exec", (Invocation(whole, span),), span)


def _with_arguments(script: PackageScript, arguments: Sequence[Word]) -> Command:
    """Return a package script's command; what `run` is given follows its last word."""
    steps = script.command.invocations
    if not arguments or not steps:
        return script.command
    last = structs.replace(steps[-1], words=(*steps[-1].words, *arguments))
    return structs.replace(script.command, invocations=(*steps[:-1], last))


def _line(word: Word) -> Command:
    return shell_command(Source(word.text, "", word.span.file, [Segment(0, len(word.text), word.span, False)]))
