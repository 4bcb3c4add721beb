"""Code files as facts that no language owns."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from cnlint.source import Span
from cnlint.values import Value


class Import(Struct, frozen=True, array_like=True, gc=False):
    """A module that this file imports, by its full dotted name (relative ones resolved), and where."""

    name: str
    span: Span
    optional: bool = False


class EnvRead(Struct, frozen=True, array_like=True, gc=False):
    """A read of an environment variable.

    `default` is absent where there is none, unknown where it is computed. `required` where the read fails without the
    variable. `scope` is the function it stands in (empty at module level). `guarded` in a branch that only runs in
    development or under a test of the environment.
    """

    name: Value[str]
    default: Value[str]
    required: bool
    span: Span
    scope: str = ""
    guarded: bool = False


class Listen(Struct, frozen=True, array_like=True, gc=False):
    """Code that opens a server socket: the framework, host and port; `main_only` under `if __name__ == "__main__"`."""

    framework: str
    host: Value[str]
    port: Value[str]
    span: Span
    main_only: bool = False


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
    that says nothing of the environment.
    """

    name: str
    value: Value[str]
    span: Span
    framework: str = ""
    scope: str = ""
    guarded: bool = False
    possible: bool = False


class FileWrite(Struct, frozen=True, array_like=True, gc=False):
    """Code that writes a file: the call, the path, where the path comes from."""

    call: str
    path: Value[str]
    span: Span
    scope: str = ""
    main_only: bool = False


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
    """A code file. `read` is false where it was not parsed: it may do anything."""

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
