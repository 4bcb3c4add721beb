r"""Names of environment variables in texts that no parser reads: shell scripts, templates, configuration files.

What looks like a read may be none (a `$host` of nginx is nginx's own), but no read is missed: names found here excuse.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from cnlint.model.project import Substitution
from cnlint.patterns import lazy
from cnlint.source import Source
from cnlint.values import Items

_SHELL = lazy(
    r"""(?x)
      \$\{ [#!]? (?P<braced>[A-Za-z_]\w*) (?P<operator>:?[-?=+])?
    | \$ (?P<bare>[A-Za-z_]\w*)
    | (?:\bprintenv[ ]+ | (?:\[|\btest)[ ](?:![ ]+)?-v[ ]+) (?P<asked>[A-Za-z_]\w*)
    """
)
_SET = lazy(
    r"""(?xm)
      (?:^|[;&|({]|\b(?:then|do|else)\b)[ \t]*(?:(?:export|local|declare|readonly|typeset)\b(?:[ \t]+-\w+)*[ \t]+)?(?P<name>[A-Za-z_]\w*)\+?=(?P<value>[^\n;]*)
    | \bfor[ \t]+(?P<loop>[A-Za-z_]\w*)[ \t]+in\b
    | \bread\b(?:[ \t]+-\w+)*[ \t]+(?P<read>[A-Za-z_]\w*)
    """
)
_COMMENT = lazy(r"(?m)(?:^|(?<=[ \t;]))\#(?![!]).*$")
_OPEN = lazy(r"\$\{!|\beval\b|\benvsubst\b|(?m:^[ \t]*(?:\.|source)[ \t]+\S)|\$\(env\)|`env`")

_TEMPLATE = lazy(
    r"""(?x)
      \$\{ (?:env[.:])? (?P<braced>[A-Za-z_][\w.-]*) (?P<operator>:?[-?=+]|:|\|)?
    | \$\( (?P<round>[A-Za-z_]\w*) \)
    | \$ (?P<bare>[A-Z_][A-Z0-9_]+) \b
    | \{\$ (?P<caddy>[A-Za-z_]\w*) (?P<colon>:)?
    | \{env\. (?P<env>[A-Za-z_]\w*) \}
    | %\(ENV_ (?P<supervisor>\w+) \)s
    | (?:\.Env\. | \b(?:getenv|mustEnv|env)[ ]+["'`] | \b(?:[gG]etenv|env)\( ["'] | \benviron(?:\.get\(|\[)["'] | \blookup\(\s*["']env["']\s*,\s*["'] ) (?P<called>[A-Za-z_]\w*)
    """
)


def shell_names(source: Source) -> Items[Substitution]:
    """Return the variables that a shell script may take from its environment; not complete where it computes names.

    A name that the script has set before is its own. Words in single quotes count: `envsubst '$HOST'` and `sh -c` read them.
    """
    text = _COMMENT.sub(lambda match: " " * len(match[0]), source.text)
    own: dict[str, int] = {}
    for match in _SET.finditer(text):
        own.setdefault(match["name"] or match["loop"] or match["read"], match.end())
    found = tuple(one for one in _found(_SHELL.finditer(text), source) if one.span.start < own.get(one.name, len(text) + 1))
    opened = _OPEN.search(text)
    return Items(found) if opened is None else Items(found, False, f"the script has {opened[0].strip()}, which may read any variable")


def template_names(source: Source) -> Items[Substitution]:
    """Return the variables that a configuration file may have put in: `${NAME}` in all its spellings.

    Sources: <https://nginx.org/en/docs/http/ngx_http_core_module.html#variables>, <https://caddyserver.com/docs/caddyfile/concepts#environment-variables>,
    <http://supervisord.org/configuration.html#environment-variables>,
    <https://docs.spring.io/spring-boot/reference/features/external-config.html#features.external-config.files.property-placeholders>,
    <https://uwsgi-docs.readthedocs.io/en/latest/Configuration.html#environment-variables>
    """
    return Items(tuple(_found(_TEMPLATE.finditer(source.text), source)))


def names_in(values: Iterable[Source]) -> Items[Substitution]:
    """Return the variables that values of a configuration file may have put in, each once, where it first stands."""
    found: dict[str, Substitution] = {}
    for value in values:
        for one in template_names(value):
            found.setdefault(one.name, one)
    return Items(tuple(found.values()))


def _found(matches: Iterator[re.Match[str]], source: Source) -> Iterator[Substitution]:
    """Yield each name once, where it first stands; it is required where some place fails without it."""
    seen: dict[str, Substitution] = {}
    for match in matches:
        group = match.lastgroup if match.lastgroup not in ("operator", "colon") else "braced" if match.lastgroup == "operator" else "caddy"
        name = match[group or "bare"]
        groups = match.groupdict()
        operator = groups.get("operator") or groups.get("colon") or ""
        before = seen.get(name)
        span = source.span(*match.span(group or "bare")) if before is None else before.span
        required = operator.endswith("?") or (before is not None and before.required)
        optional = operator not in ("", "?", ":?") and (before is None or before.optional)
        seen[name] = Substitution(name, span, required, optional)
    yield from seen.values()
