"""Code files as facts that no language owns."""

from __future__ import annotations

from typing import Any, Literal

from msgspec import Struct

from cnlint.source import Span
from cnlint.values import Items, Value, inapplicable

INAPPLICABLE: Value[Any] = inapplicable()


class Import(Struct, frozen=True, array_like=True, gc=False):
    """A module that this file imports, by its full dotted name (relative ones resolved), and where.

    `bound` is the name that it has in this file: `*` where all names of the module come with it. `optional` where it is
    only tried, or serves a type checker; `deferred` where it stands in a function or a branch, which may never run.
    """

    name: str
    span: Span
    optional: bool = False
    bound: str = ""
    deferred: bool = False


class EnvRead(Struct, frozen=True, array_like=True, gc=False):
    """A read of an environment variable.

    `default` is absent where there is none, unknown where it is computed. `required` where the read fails without the
    variable. `scope` is the function it stands in (empty at module level). `guarded` in a branch that only runs in
    development or under a test of the environment. `alternatives` are variables that do as well as this one. A
    `wildcard` reads every variable whose name begins with `name`: all of them where that is empty. `scheme` is that of
    a default whose rest is computed (`f"sqlite:///{folder}/db"`). `validated` where code that looks at the value may refuse
    it before it is used. `certain` where the read certainly happens as soon as the module is loaded. `truth` where code only asks
    whether the text is empty: by a cast (`bool(…)`), in a condition, or as a setting that its framework takes for true or false.
    """

    name: Value[str]
    default: Value[str]
    required: bool
    span: Span
    scope: str = ""
    guarded: bool = False
    alternatives: tuple[str, ...] = ()
    wildcard: bool = False
    scheme: str = ""
    validated: bool = False
    certain: bool = False
    truth: Literal["", "cast", "condition", "setting"] = ""


class EnvFileLoad(Struct, frozen=True, array_like=True, gc=False):
    """Code that reads variables from an env file; `path` is absent where the library looks for a `.env` itself."""

    path: Value[str]
    span: Span
    scope: str = ""
    guarded: bool = False


class EnvHelper(Struct, frozen=True, array_like=True, gc=False):
    """A function of a module that reads the environment for its callers, or an object of a package that does.

    `parameter` (at `position`) names the variable, with `prefix` before and `suffix` after it; `default_parameter` (at
    `default_position`, -1: there is none) what is given where it is not set, and `default` what that is unless the
    caller says. `required` where the call fails without the variable and a default. `methods` are names of methods that
    do the same.
    """

    name: str
    parameter: str
    position: int
    prefix: str
    suffix: str
    default_parameter: str
    default_position: int
    default: Value[str]
    required: bool
    methods: tuple[str, ...] = ()

    def variable(self, text: str) -> str:
        """Return the variable that the function reads when it is given a text."""
        return f"{self.prefix}{text}{self.suffix}"


class Argument(Struct, frozen=True, array_like=True, gc=False):
    """An argument of a call: its keyword (empty for a positional one) and its value."""

    keyword: str
    value: Value[str]


class HelperCall(Struct, frozen=True, array_like=True, gc=False):
    """A call of a function of another module that is given what may be the name of a variable.

    `function` is its full dotted name. Linking makes it an `EnvRead` where that is an `EnvHelper`. `open` where it passes
    arguments that are not seen.
    """

    function: str
    arguments: tuple[Argument, ...]
    span: Span
    scope: str = ""
    guarded: bool = False
    open: bool = False


class SettingsClass(Struct, frozen=True, array_like=True, gc=False):
    """A class whose fields are read from the environment (of pydantic-settings).

    `base` is the full dotted name of one in another module that it inherits from, and then `fields` are read under the
    names of the fields until linking knows the base and its prefix; `aliased` name their variables themselves. `prefix`
    and `case_sensitive` are None where the class leaves them to its base.
    """

    name: str
    base: str = ""
    prefix: str | None = None
    case_sensitive: bool | None = None
    fields: tuple[EnvRead, ...] = ()
    aliased: tuple[EnvRead, ...] = ()


class Export(Struct, frozen=True, array_like=True, gc=False):
    """A name that a module gives a value at its top level; unknown where that is not one constant."""

    name: str
    value: Value[str]


class Reference(Struct, frozen=True, array_like=True, gc=False):
    """A value of this module that stands in another one: its place here, its full dotted name, what it is given to.

    Until linking finds it, the value at this place is unknown.
    """

    span: Span
    name: str
    label: str = ""


class Listen(Struct, frozen=True, array_like=True, gc=False):
    """Code that opens a server socket: the framework, host and port; `main_only` under `if __name__ == "__main__"`.

    `debug` is the argument that switches the framework's debugger on, `inapplicable` for servers that have none.
    """

    framework: str
    host: Value[str]
    port: Value[str]
    span: Span
    main_only: bool = False
    debug: Value[str] = INAPPLICABLE
    guarded: bool = False


class Connection(Struct, frozen=True, array_like=True, gc=False):
    """A client of a backing service: its kind (`redis`, `postgres`), the host it is given, the call that makes it.

    `host` is absent where the call leaves it to the library, unknown where it is computed.
    """

    kind: str
    host: Value[str]
    client: str
    span: Span
    scope: str = ""
    guarded: bool = False


class Constant(Struct, frozen=True, array_like=True, gc=False):
    """A constant in a role: the name it is given to (`SECRET_KEY`), how, and the text."""

    name: str
    role: Literal["assignment", "argument", "key", "default", "comparison", "anywhere"]
    value: Value[str]
    span: Span
    scope: str = ""
    guarded: bool = False


class Setting(Struct, frozen=True, array_like=True, gc=False):
    """A framework setting: a module-level name of a settings file or a key of `app.config`; scalars as text.

    Keys of nested dictionaries are dotted (`CACHES.default.BACKEND`). `possible` where it holds only under a condition
    that says nothing of the environment; `environment` is the class of environment for which alone it is made, if any.
    """

    name: str
    value: Value[str]
    span: Span
    framework: str = ""
    scope: str = ""
    guarded: bool = False
    possible: bool = False
    environment: Literal["", "development", "test"] = ""


class SettingList(Struct, frozen=True, array_like=True, gc=False):
    """A setting of Django that is a list of texts (`INSTALLED_APPS`), or what a line adds to one (`adds`).

    `elements` are complete where all that the line gives is written there; `guarded` and `possible` as for a `Setting`.
    """

    name: str
    elements: Items[Value[str]]
    span: Span
    guarded: bool = False
    possible: bool = False
    adds: bool = False


class Router(Struct, frozen=True, array_like=True, gc=False):
    """An object that routes hang on: an application, a blueprint, an `APIRouter`; `name` is its full dotted name.

    `prefix` stands before the paths of its routes: absent where it has none. `application` where it is served as it is.
    """

    name: str
    framework: str
    prefix: Value[str]
    span: Span
    application: bool = False


class Route(Struct, frozen=True, array_like=True, gc=False):
    """A path that a web application answers, by which function or class, and to which methods (none where to all).

    `path` is as the framework writes it; `pattern` where that is a regular expression. `router` is the full dotted name of
    the object that it hangs on, empty where it stands in the list of its own module (Django's `urlpatterns`): prefixes of
    routers and of `RouteInclusion`s stand before it. `possible` where a condition decides whether there is such a route.
    """

    path: Value[str]
    handler: str
    methods: tuple[str, ...]
    span: Span
    router: str = ""
    pattern: bool = False
    possible: bool = False


class RouteInclusion(Struct, frozen=True, array_like=True, gc=False):
    """Routes of another object or module that are served under a prefix: `include_router(users, prefix="/users")`.

    `target` is the full dotted name of the router, or of the module whose list it is; empty where that is not known.
    `router` is the including one, as in a `Route`.
    """

    target: str
    prefix: Value[str]
    span: Span
    router: str = ""
    possible: bool = False


class ProcessState(Struct, frozen=True, array_like=True, gc=False):
    """What a process knows and others do not.

    `rooms` of a server of web sockets: who is connected and listens to what; `shared` is the queue or manager by which processes
    tell each other, absent where there is certainly none. `global`: the container or counter `name` at the top of a module that
    one handler of requests changes, here, and another one reads; `framework` is then empty. `limits` of a limiter of requests: how many
    a client has made; `shared` is the store that it counts in, absent where it is left to its configuration. `counts` are of code that has
    the default cache of its framework count or hold a lock (`name`); `shared` is inapplicable.
    """

    kind: Literal["rooms", "global", "limits", "counts"]
    framework: str
    shared: Value[str]
    span: Span
    scope: str = ""
    name: str = ""


class Upload(Struct, frozen=True, array_like=True, gc=False):
    """Code that keeps a file which a client sent: a `field` of a model, or a call that `save`s it.

    `folder` is where a call puts it, as far as that is written; `setting` the key of the configuration that names it.
    For a field `folder` is inapplicable, and `own_storage` where the field has a storage of its own. `passing` where the
    same function also removes a file.
    """

    kind: Literal["field", "save"]
    call: str
    folder: Value[str]
    span: Span
    scope: str = ""
    setting: str = ""
    own_storage: bool = False
    passing: bool = False


class ServiceUrl(Struct, frozen=True, array_like=True, gc=False):
    """A literal URL of a backing service (`postgresql://db/shop`) that code uses, and the name it is given to, if any."""

    name: str
    value: Value[str]
    span: Span
    scope: str = ""
    guarded: bool = False


class EnvironmentTest(Struct, frozen=True, array_like=True, gc=False):
    """A comparison of the name of the environment (`APP_ENV == "staging"`): the name of the variable, and what it is compared with."""

    name: str
    environments: tuple[str, ...]
    span: Span
    scope: str = ""


class OutboundCall(Struct, frozen=True, array_like=True, gc=False):
    """A request over HTTP that code makes by a library's function: its full dotted name, and the timeout that it is given.

    `timeout` is absent where the call leaves it to the library, unknown where it is computed or arguments are not seen; `None`
    stands for no limit. `main_only` under `if __name__ == "__main__"`.
    """

    function: str
    timeout: Value[str]
    span: Span
    scope: str = ""
    main_only: bool = False


class DependencyCall(Struct, frozen=True, array_like=True, gc=False):
    """A call that asks a backing service for a sign of life (`SELECT 1`, `ping`), as written, in a function that fails where it fails."""

    call: str
    span: Span
    scope: str


class SchemaChange(Struct, frozen=True, array_like=True, gc=False):
    """Code that makes tables in a database: the call, and the function it stands in.

    `at_start` where it certainly runs whenever the application starts: at the top level of a module (`scope` is empty), in an
    application's factory, or in what a framework calls at its start. Else it is a function that these may call (`start_calls`).
    """

    call: str
    span: Span
    scope: str = ""
    at_start: bool = True


class SystemTool(Struct, frozen=True, array_like=True, gc=False):
    """A program that code runs by its plain name (`ffmpeg`), with the function that runs it, where nothing here expects it to be missing."""

    program: str
    call: str
    span: Span
    scope: str = ""


class GeneratedSecret(Struct, frozen=True, array_like=True, gc=False):
    """A key that code makes anew as soon as it is loaded: the name that it is given, and the function that makes it.

    `sources` are the places of what comes before it, in each of which the environment must be read for that to be known.
    """

    name: str
    call: str
    span: Span
    sources: tuple[Span, ...] = ()
    scope: str = ""


class Schedule(Struct, frozen=True, array_like=True, gc=False):
    """Code that starts a scheduler of jobs inside its own process: by which object or function, and the function it stands in.

    `at_start` where it certainly runs whenever the application starts; `possible` where a condition decides on it.
    """

    scheduler: str
    span: Span
    scope: str = ""
    at_start: bool = False
    possible: bool = False


class FileWrite(Struct, frozen=True, array_like=True, gc=False):
    """Code that writes a file: the call, the path, where the path comes from; `caught` where an error of it is caught."""

    call: str
    path: Value[str]
    span: Span
    scope: str = ""
    main_only: bool = False
    caught: bool = False


class LogSink(Struct, frozen=True, array_like=True, gc=False):
    """A place that log records go to: `file` or `stream`; `beside_stream` where the same call also attaches a stream.

    `tail` is the last part of a path that is not known, where that part is written and says `.log`.
    """

    kind: Literal["file", "stream"]
    handler: str
    path: Value[str]
    span: Span
    scope: str = ""
    beside_stream: bool = False
    guarded: bool = False
    tail: str = ""


class SignalHandler(Struct, frozen=True, array_like=True, gc=False):
    """A handler for a signal: `ignore` (SIG_IGN, an empty function), `default`, or `handle`."""

    signal: str
    action: Literal["ignore", "default", "handle", "unknown"]
    span: Span
    scope: str = ""


class Module(Struct, frozen=True, array_like=True, gc=False):
    """A code file. `read` is false where it could not be parsed: it may do anything.

    `parsed` is false, too, where nothing in it was worth a tree: it does nothing that records tell, unless by a function
    of another module (`helper_calls`). `router_uses` are the functions, by full dotted name, that are given an application
    or that it has, and that may tell it routes in a way that is not read; `?` where the name is not known.
    `start_calls` are the functions, by full dotted name, that it certainly calls at the start of an application, of those whose
    names tell that they prepare a database. `env_writes` are the variables that it sets for what runs after it, empty for one that is not known.
    `prints` are calls of `print` to the standard output that leave it to the interpreter when what they write goes out; they are
    told of modules with a tree only. `names_stdout` where the module may change that for all: it names `sys.stdout`.
    """

    path: str
    language: str
    name: str
    span: Span
    read: bool = True
    imports: tuple[Import, ...] = ()
    env_reads: tuple[EnvRead, ...] = ()
    listens: tuple[Listen, ...] = ()
    connections: tuple[Connection, ...] = ()
    constants: tuple[Constant, ...] = ()
    settings: tuple[Setting, ...] = ()
    file_writes: tuple[FileWrite, ...] = ()
    log_sinks: tuple[LogSink, ...] = ()
    signal_handlers: tuple[SignalHandler, ...] = ()
    has_main: bool = False
    env_files: tuple[EnvFileLoad, ...] = ()
    helpers: tuple[EnvHelper, ...] = ()
    helper_calls: tuple[HelperCall, ...] = ()
    exports: tuple[Export, ...] = ()
    references: tuple[Reference, ...] = ()
    parsed: bool = True
    settings_classes: tuple[SettingsClass, ...] = ()
    process_states: tuple[ProcessState, ...] = ()
    uploads: tuple[Upload, ...] = ()
    setting_lists: tuple[SettingList, ...] = ()
    routes: Items[Route] = Items()
    routers: tuple[Router, ...] = ()
    inclusions: tuple[RouteInclusion, ...] = ()
    outbound_calls: tuple[OutboundCall, ...] = ()
    service_urls: tuple[ServiceUrl, ...] = ()
    environment_tests: tuple[EnvironmentTest, ...] = ()
    router_uses: tuple[str, ...] = ()
    env_writes: tuple[str, ...] = ()
    dependency_calls: tuple[DependencyCall, ...] = ()
    prints: tuple[Span, ...] = ()
    names_stdout: bool = False
    schema_changes: tuple[SchemaChange, ...] = ()
    start_calls: tuple[str, ...] = ()
    system_tools: tuple[SystemTool, ...] = ()
    generated_secrets: tuple[GeneratedSecret, ...] = ()
    schedules: tuple[Schedule, ...] = ()
