"""Files that tell about a project rather than about a running system."""

from __future__ import annotations

from msgspec import Struct

from cnlint.model.command import Command
from cnlint.model.workload import EnvVar
from cnlint.source import Span
from cnlint.values import Items, Value


class Dependency(Struct, frozen=True, array_like=True, gc=False):
    """A dependency by its normalised name, and the version constraint as written (empty without one).

    `pinned` where the constraint leaves one version. `local` tells how it is part of the repository (`../lib`,
    `workspace:*`); empty for one that is downloaded.
    """

    name: str
    constraint: str
    span: Span
    pinned: bool = False
    local: str = ""


class PackageScript(Struct, frozen=True, array_like=True, gc=False):
    """A named command of a manifest (`scripts` of a `package.json`), which a package manager's `run` gives to a shell."""

    name: str
    command: Command
    span: Span


class EntryPoint(Struct, frozen=True, array_like=True, gc=False):
    """A program that a package installs: its name, and the dotted name of the module whose function it calls."""

    name: str
    module: str
    span: Span


class DefaultGroup(Struct, frozen=True, array_like=True, gc=False):
    """A group of dependencies for development that Poetry installs with the rest unless it is told otherwise."""

    name: str
    span: Span


class DependencyManifest(Struct, frozen=True, array_like=True, gc=False):
    """A file that declares dependencies: its ecosystem (`python`, `node`, …) and what it declares.

    `is_library` where it says that it is published to be imported. `workspace` where it lists member folders. `name` is
    the package's own, by which others of a workspace call it (of a `package.json`; empty elsewhere). `entry_points` are the
    programs that it installs (of a `pyproject.toml`), `default_groups` those of development that it does not leave to choice.
    """

    path: str
    ecosystem: str
    dependencies: Items[Dependency]
    span: Span
    place: Span
    is_library: bool = False
    is_workspace: bool = False
    requires_runtime: Value[str] | None = None
    scripts: tuple[PackageScript, ...] = ()
    name: str = ""
    entry_points: tuple[EntryPoint, ...] = ()
    default_groups: tuple[DefaultGroup, ...] = ()


class LockFile(Struct, frozen=True, array_like=True, gc=False):
    """A lock file that is there, whether git tracks it, and the ecosystem that it locks."""

    path: str
    ecosystem: str
    span: Span
    tracked: bool = True


class ProcessType(Struct, frozen=True, array_like=True, gc=False):
    """A line of a Procfile: a name and its command. `release` runs before each deploy."""

    name: str
    command: Value[Command]
    span: Span


class EnvFile(Struct, frozen=True, array_like=True, gc=False):
    """A `.env` file: its variables, and whether git tracks it; `mentioned` are the names in capitals that its comments speak of."""

    path: str
    variables: Items[EnvVar]
    span: Span
    state: str = "tracked"
    mentioned: tuple[str, ...] = ()


class ServerSetting(Struct, frozen=True, array_like=True, gc=False):
    """A setting of a configuration file, by the name that its reader (a server, a framework) has for it."""

    name: str
    value: Value[str]
    span: Span


class ServerConfig(Struct, frozen=True, array_like=True, gc=False):
    """A configuration file of an application server (`gunicorn`, `hypercorn`, `uwsgi`): the file, and its settings.

    `module` is its dotted name where it is code. One file may stand for several servers that would read it alike.
    """

    path: str
    server: str
    settings: Items[ServerSetting]
    span: Span
    module: str = ""


class Listener(Struct, frozen=True, array_like=True, gc=False):
    """A socket that the configuration of a web server opens: the address as written (`80`, `[::]:${PORT}`, `unix:/run/web.sock`).

    It is the server's default where a host of its own has none. `udp` where it takes no TCP connections.
    """

    address: Value[str]
    span: Span
    udp: bool = False


class ProxyTarget(Struct, frozen=True, array_like=True, gc=False):
    """Where a web server passes requests on to, as written (`http://api:3000/`, `api:3000`), and the directive or block that says so."""

    address: Value[str]
    directive: str
    span: Span


class WebServerConfig(Struct, frozen=True, array_like=True, gc=False):
    """A configuration file of a web server (`nginx`): what it listens on, and where it leads to.

    `upstreams` are the names that it gives to groups of servers, which are no hosts. `includes` are the patterns of other files that are
    read where hosts or sockets may stand. `logs` are the settings that name log files, as written.
    """

    path: str
    server: str
    listeners: Items[Listener]
    targets: tuple[ProxyTarget, ...]
    upstreams: tuple[str, ...]
    includes: tuple[Value[str], ...]
    span: Span
    logs: tuple[ServerSetting, ...] = ()


class DeployConfig(Struct, frozen=True, array_like=True, gc=False):
    """A configuration file that is named for one deploy (`application-prod.yml`): its settings by their dotted names."""

    path: str
    settings: Items[ServerSetting]
    span: Span


class Substitution(Struct, frozen=True, array_like=True, gc=False):
    """A variable of the environment that a text of no programming language may take in, and where it first stands.

    `required` where some place fails without it (`${NAME:?}`), `optional` where each has a default (`${NAME:-x}`).
    """

    name: str
    span: Span
    required: bool = False
    optional: bool = False


class ConfigTemplate(Struct, frozen=True, array_like=True, gc=False):
    """A configuration file with the variables that are put in before or when it is read (envsubst, Spring, Caddy, logstash)."""

    path: str
    reads: Items[Substitution]


class Script(Struct, frozen=True, array_like=True, gc=False):
    """A shell script of the repository, as a command; `reads` are the variables that it may take from its environment."""

    path: str
    command: Command
    span: Span
    reads: Items[Substitution] = Items((), False, "not read")


class Program(Struct, frozen=True, array_like=True, gc=False):
    """A program that a process manager keeps running beside others: its name and its command."""

    name: str
    command: Value[Command]
    span: Span


class SupervisorConfig(Struct, frozen=True, array_like=True, gc=False):
    """A configuration of supervisord: its programs, of which there may be more where it includes other files."""

    path: str
    programs: Items[Program]
    span: Span


class Checkout(Struct, frozen=True, array_like=True, gc=False):
    """The folder in which a version control system keeps the repository's history, at its root (`.git`)."""

    path: str


class StateFile(Struct, frozen=True, array_like=True, gc=False):
    """A Terraform state file, and whether git tracks it."""

    path: str
    span: Span
    tracked: bool


class RuntimePin(Struct, frozen=True, array_like=True, gc=False):
    """The version of a runtime that a file of its own pins (`.python-version`, `.nvmrc`), as written; `ecosystem` is that of the runtime."""

    path: str
    ecosystem: str
    version: Value[str]
    span: Span


class TestedRuntime(Struct, frozen=True, array_like=True, gc=False):
    """The version of a runtime that a job of CI runs tests on, and the folder that it runs them in as written (empty: the root, or not said)."""

    __test__ = False

    path: str
    ecosystem: str
    version: Value[str]
    span: Span
    folder: str = ""
