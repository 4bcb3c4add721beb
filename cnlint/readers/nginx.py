"""nginx's configuration files: the sockets that it opens, and the addresses that it passes requests on to.

Sources: <https://nginx.org/en/docs/http/ngx_http_core_module.html#listen>,
<https://nginx.org/en/docs/stream/ngx_stream_core_module.html#listen>,
<https://nginx.org/en/docs/http/ngx_http_upstream_module.html#upstream>, <https://nginx.org/en/docs/ngx_core_module.html#env>
"""

from __future__ import annotations

from collections.abc import Iterator

from cnlint.assembly.unit import Unit
from cnlint.knowledge.secrets import protect
from cnlint.knowledge.web_servers import LISTEN, says_nothing_of_sockets
from cnlint.model.command import Word
from cnlint.model.facts import Facts
from cnlint.model.project import ConfigTemplate, Listener, ProxyTarget, ServerSetting, Substitution, WebServerConfig
from cnlint.source import Span
from cnlint.syntax.nginx import Directive, NginxFile
from cnlint.values import Items, Value, defaulted, unknown

SYNTAX = "nginx"
_AROUND = frozenset({"http", "stream", "mail"})
_LOGS = frozenset({"access_log", "error_log"})
_PASSING = frozenset({"proxy_pass", "grpc_pass", "fastcgi_pass", "uwsgi_pass", "scgi_pass", "memcached_pass"})


def read(root: NginxFile, unit: Unit) -> Facts:
    """Return what a file listens on and leads to, the variables that may be put into it, and those that it hands to nginx's workers."""
    kept = (one.arguments[0] for one in root.directives if one.name == "env" and one.arguments and "=" not in one.arguments[0].text)
    reads = Items((*root.reads, *(Substitution(word.text, word.span) for word in kept)))
    templates = (ConfigTemplate(unit.path, reads),) if len(reads) else ()
    return Facts("nginx", unit.path, web_configs=(web_config(root, unit.path),), templates=templates)


def unread(unit: Unit, span: Span) -> Facts:
    """Return what is to be said of a file that cannot be parsed: it may listen on anything."""
    nothing: Items[Listener] = Items((), False, "it cannot be parsed")
    return Facts("nginx", unit.path, web_configs=(WebServerConfig(unit.path, "nginx", nothing, (), (), (), span),))


def web_config(root: NginxFile, path: str) -> WebServerConfig:
    """Return the facts of a file."""
    listeners: list[Listener] = []
    includes: list[Value[str]] = []
    for directive in _outer(root.directives):
        if directive.name == "server":
            listeners.extend(_listeners(directive))
        elif directive.name == "listen":  # of a host that includes the file
            listeners.append(_listener(directive))
        found = [directive] if directive.name != "server" else list(directive.block or ())
        includes.extend(_given(one) for one in found if _may_bring_sockets(one))
    everything = list(_all(root.directives))
    targets = [target for one in everything for target in _targets(one)]
    upstreams = [one.arguments[0].text for one in everything if one.name == "upstream" and one.arguments]
    logs = tuple(ServerSetting(one.name, _given(one), one.span) for one in everything if one.name in _LOGS and one.arguments)
    return WebServerConfig(path, "nginx", Items(tuple(listeners)), tuple(targets), tuple(upstreams), tuple(includes), root.span, logs)


def _outer(directives: tuple[Directive, ...]) -> Iterator[Directive]:
    """Yield the directives outside all blocks, and those of the blocks that hosts stand in."""
    for one in directives:
        yield one
        if one.name in _AROUND:
            yield from one.block or ()


def _all(directives: tuple[Directive, ...]) -> Iterator[Directive]:
    for one in directives:
        yield one
        yield from _all(one.block or ())


def _listeners(server: Directive) -> Iterator[Listener]:
    """Yield the sockets of a host: port 80 where it names none."""
    inside = server.block or ()
    said = [one for one in inside if one.name == "listen"]
    yield from map(_listener, said)
    if not said:
        place = Span(server.span.file, server.span.start, server.span.start + len("server"), server.span.exact)
        is_open = any(_may_bring_sockets(one) for one in inside)
        yield Listener(unknown("another file may say it", place) if is_open else defaulted("80", LISTEN, place), place)


def _listener(listen: Directive) -> Listener:
    options = {word.text for word in listen.arguments[1:]}
    return Listener(_given(listen), listen.span, udp=not options.isdisjoint({"udp", "quic"}))


def _may_bring_sockets(directive: Directive) -> bool:
    return directive.name == "include" and bool(directive.arguments) and not says_nothing_of_sockets(directive.arguments[0].text)


def _targets(directive: Directive) -> Iterator[ProxyTarget]:
    """Yield the address of a directive that passes requests on, and those of the servers of a group."""
    if directive.name in _PASSING and directive.arguments:
        yield ProxyTarget(_given(directive), directive.name, directive.span)
    if directive.name == "upstream":
        for one in directive.block or ():
            if one.name == "server" and one.arguments:
                yield ProxyTarget(_given(one), directive.name, one.span)


def _given(directive: Directive) -> Value[str]:
    first: Word | None = next(iter(directive.arguments), None)
    return unknown("nothing is given", directive.span) if first is None else protect(first.text, first.span)
