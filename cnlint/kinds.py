"""What kind of file this is: told by its name first, then by its content.

A template is of no kind: what it renders to is not known (Jinja, cookiecutter, Go templates).
"""

from __future__ import annotations

import re
from collections.abc import Callable

from cnlint.knowledge.package_managers import LOCK_FILES, MANIFESTS
from cnlint.knowledge.runtimes import PIN_FILES
from cnlint.patterns import lazy

SNIFFED = 65_536
"""Bytes of a file that are looked at where its name decides nothing."""

_FIRST_LINE = 256
"""Bytes in which a script names its interpreter."""

_NAMES = {
    **dict.fromkeys(LOCK_FILES, "lockfile"),
    **dict.fromkeys(MANIFESTS, "manifest"),
    **dict.fromkeys(PIN_FILES, "runtimefile"),
    **dict.fromkeys(("compose.yaml", "compose.yml", "docker-compose.yml"), "compose"),
    **dict.fromkeys(("Containerfile", "Dockerfile"), "dockerfile"),
    ".containerignore": "dockerignore",
    ".dockerignore": "dockerignore",
    ".env": "envfile",
    "Procfile": "procfile",
    "Tiltfile": "tiltfile",
    "requirements.txt": "manifest",
    "uwsgi.ini": "uwsgi",
}
_ENDINGS = {
    "bash": "script",
    "containerignore": "dockerignore",
    "dockerignore": "dockerignore",
    "env": "envfile",
    "py": "python",
    "sh": "script",
    "tf": "terraform",
    "tfstate": "tfstate",
    "tfvars": "terraform",
    "tofu": "terraform",
    "tofuvars": "terraform",
}
_PATTERNS = lazy(
    r"""(?x) (?:
      (?P<compose> (?:.*[._-])?(?:docker-)?compose(?:[._-].+)?\.ya?ml)
    | (?P<dockerfile> (?:[Dd]ocker|[Cc]ontainer)file(?:[._-].*)? | .+\.(?:[Dd]ocker|[Cc]ontainer)file)
    | (?P<envfile> \.env\..+ | \.env[-_](?:dist|example|sample|template) | env\.(?:dist|example|sample))
    | (?P<lockfile> pylock\.[\w-]+\.toml)
    | (?P<manifest> (?:.*[._-])?requirements(?:[._-].*)?\.(?:txt|in))
    | (?P<procfile> Procfile\..+)
    | (?P<terraform> .+\.(?:tf|tofu)(?:vars)?\.json)
    | (?P<tfstate> .+\.tfstate\.backup)
    | (?P<tiltfile> Tiltfile\..+ | .+\.[Tt]iltfile)
    | (?P<uwsgi> uwsgi[\w.-]*\.ini | [\w.-]+[._-]uwsgi\.ini)
    | (?P<hypercorn> hypercorn[\w.-]*\.toml | [\w.-]+[._-]hypercorn\.toml)
    )$"""
)
_NO_ENV_FILE = frozenset(
    "cjs diff erb gotmpl html j2 jinja jinja2 js json map md mjs mustache patch php py rb rej sh toml ts xml yaml yml".split()
)
_NO_DOCKERFILE = frozenset(
    """bak bats bzl c cfg cpp cs css diff erb example gif go gotmpl gz html in ini j2 java jinja jinja2 js json jsx less lock log map md mdx mustache
    orig patch php png py rb rej rs rst sass scss sh svg swp template tmpl toml tpl ts tsx txt vue xml yaml yml zip""".split()
)
_PIPELINES = {
    ".gitlab-ci.yml": "gitlab_ci",
    **dict.fromkeys(("cloudbuild.yaml", "cloudbuild.yml", "cloudbuild.json"), "cloud_build"),
    **dict.fromkeys(("Makefile", "makefile", "GNUmakefile"), "makefile"),
}
"""Files that may build images; those that do not say so are none."""
_BAKE = lazy(r"(?:docker-)?bake(?:[-_.](?!override\b)[\w.-]+)?\.(?:hcl|json)$")
"""An override is no file of its own: <https://docs.docker.com/build/bake/reference/#file-format>."""
_BUILDING = frozenset({*_PIPELINES.values(), "github_actions", "circleci", "azure_pipelines"})
_PIPELINE = lazy(
    r"""(?x) (?:
      (?P<github_actions> (?:^|/)\.github/workflows/[^/]+)
    | (?P<circleci> (?:^|/)\.circleci/.+)
    | (?P<azure_pipelines> (?:^|/)(?:azure[-_]pipelines?[^/]* | \.?azure-pipelines/.+ | \.(?:pipelines|azuredevops|azdo|ado)/.+))
    | (?P<cloud_build> (?:^|/)cloudbuild[^/]*)
    | (?P<gitlab_ci> \.gitlab-ci)
    ) \.ya?ml$"""
)
"""Pipelines by path; where those of Azure and their templates lie is a habit."""
_BUILDS_IMAGES = lazy(rb"[dD]ocker|podman|buildah|kaniko|nerdctl|depot")
_TESTS = lazy(rb"setup-(?:python|node|go|ruby|uv)@[\s\S]*test|test[\s\S]*setup-(?:python|node|go|ruby|uv)@")
"""Workflows that set up a runtime and test something."""
_NO_UNIT = frozenset({"Chart.yaml", "Chart.lock"})
_KUSTOMIZATIONS = frozenset({"kustomization.yaml", "kustomization.yml", "Kustomization"})
_GENERATOR = lazy(rb"^(?:configMap|secret)Generator:", re.MULTILINE)

_SERVICES = lazy(rb"^services:[ \t]*(?:#.*)?\r?\n(?:[ \t]*(?:#.*)?\r?\n)*[ ]+[\"']?[\w.-]+[\"']?:", re.MULTILINE)
_SERVICE_KEY = lazy(rb"^[ ]+(?:image|build):", re.MULTILINE)
_API_VERSION = lazy(rb"^[\"']?apiVersion[\"']?:[ \t]*\S", re.MULTILINE)
_OBJECT_KIND = lazy(rb"^[\"']?kind[\"']?:[ \t]*\S", re.MULTILINE)
_TEMPLATE = lazy(rb"^[ \t]*(?:-[ ]+)*\{[{%]|^[ \t]*(?:-[ ]+)*[\w.\"'-]*\{\{.*\}\}[\w.\"'-]*:(?:\s|$)|:[ ]+\{\{|^FROM[ ]+\{\{", re.MULTILINE)
_SKAFFOLD = lazy(rb"^[\"']?apiVersion[\"']?:[ \t]*[\"']?skaffold/", re.MULTILINE)
_TASK_DEFINITION = b'"containerDefinitions"'
_OBJECT = lazy(rb'\s*\{\s*"(?:apiVersion|kind)"\s*:\s*"')
_SUPERVISED = lazy(rb"^\[(?:supervisord|(?:fcgi-)?program:[^\]\s]+)\]", re.MULTILINE)
_UWSGI = lazy(rb"^\[uwsgi\]", re.MULTILINE)
_UWSGI_SECTION = lazy(rb"^(?:uwsgi:|[ \t{]*\"uwsgi\"[ \t]*:)", re.MULTILINE)
_SHEBANG = lazy(rb"#![ \t]*(?:\S*/)?(?:env[ \t]+(?:-S[ \t]+)?)?(?P<program>[\w.-]+)")
_INTERPRETERS = {**dict.fromkeys((b"sh", b"bash", b"dash", b"ash", b"zsh", b"ksh"), "script"), b"python": "python"}


_CONFIGURATION = frozenset("cfg cnf conf config envsubst properties template tmpl tpl".split())
"""Files of programs that put variables of the environment into them, or into which others do."""
_SITES = lazy(r"nginx|(?:^|/)sites-(?:available|enabled)/")
_NGINX = lazy(
    rb"""(?mx) ^[ \t]* (?:
      (?:listen|server_name|proxy_pass|proxy_set_header|fastcgi_pass|fastcgi_param|uwsgi_pass|grpc_pass|add_header|try_files|ssl_certificate|ssl_protocols|
         client_max_body_size|sendfile|worker_processes|worker_connections|access_log|error_log|rewrite|return[ ]\d{3}) [ \t]+ [^=\s;{}](?:\{\w+\}|[^;{}\n])* ;
    | (?:server|location[ \t]+\S[^;{}\n]*|upstream[ \t]+\S+) [ \t]* \{ \s* (?:\#[^\n]*\n\s*)* [a-z_]+ [ \t]+ [^=;{}\n]+ ;
    )"""
)
"""Directives of nginx, which end in semicolons: nobody else's `.conf` has these."""
_SPRING = lazy(r"(?:application|bootstrap)(?:-[\w-]+)?\.ya?ml")
_SUBSTITUTED = lazy(rb"\$\{|\{\$|\$[A-Z_]{2}|\$\([A-Z_]|\{env\.|%\(ENV_|\.Env\.|[gG]etenv|\benv[ (]|\benviron\b")


_DEPLOY_CONFIG = lazy(
    r"""(?xi) (?:.*/)? (?:
      (?:application|bootstrap)-(?:[\w-]+-)?DEPLOY\.(?:ya?ml|properties)
    | appsettings\.(?:[\w-]+\.)?DEPLOY\.json
    | (?:conf|config|configuration|settings)/DEPLOY\.(?:json|ya?ml)
    )$""".replace("DEPLOY", "(?:live|preprod|prd|prod|production|qa|stage|staging|stg|uat)")
)
"""Configuration of one deploy: profiles of Spring (<https://docs.spring.io/spring-boot/reference/features/external-config.html>) and of
.NET (<https://learn.microsoft.com/en-us/aspnet/core/fundamentals/configuration/>), files of node-config and its kin
(<https://github.com/node-config/node-config/wiki/Configuration-Files>)."""


def kind_of(path: str, head: Callable[[int], bytes], wanted: frozenset[str]) -> str:
    """Return a file's kind, or nothing for one that is not read; only kinds in `wanted` are looked for.

    `head` returns that many of the file's first bytes (none if it cannot be read); it is called only where the name
    leaves the question open.
    """
    name = path.rpartition("/")[2]
    kind = _by_name(name, path)
    ending = name.rpartition(".")[2]
    if kind in _TEMPLATED:
        return kind if kind in wanted and not _TEMPLATE.search(head(SNIFFED)) else ""
    kind = kind or _pipeline(path, name, ending)
    if kind:
        return kind if kind in wanted and (kind not in _BUILDING or _is_telling(kind, head(SNIFFED))) else ""
    found = _by_content(path, name, ending, head, wanted)
    if found in ("", "template") and "deploy_config" in wanted and _DEPLOY_CONFIG.match(path):
        return "" if _TEMPLATE.search(head(SNIFFED)) else "deploy_config"
    return found


def _is_telling(kind: str, head: bytes) -> bool:
    return bool(_BUILDS_IMAGES.search(head) or (kind == "github_actions" and _TESTS.search(head)))


def _by_content(path: str, name: str, ending: str, head: Callable[[int], bytes], wanted: frozenset[str]) -> str:
    if _may_be_nginx(path, name, ending) and _is_nginx(head(SNIFFED)):
        return "nginx" if "nginx" in wanted else ""
    if ending in _CONFIGURATION or name == ".npmrc" or name.startswith("Caddyfile") or _SPRING.fullmatch(name):
        found = _is_substituted(head(SNIFFED)) if not (ending == "conf" and "supervisor" in path) else False
        if found or ending not in ("conf", "yaml", "yml"):
            return "template" if found and "template" in wanted else ""
    if ending in ("yaml", "yml") or name in _KUSTOMIZATIONS:
        return "" if name in _NO_UNIT else _of_yaml(name, head(SNIFFED), wanted)
    if ending == "json" and wanted & _IN_JSON:
        return _of_json(name, head(SNIFFED), wanted)
    if ending == "ini" or (ending == "conf" and "supervisor" in path):
        return _of_ini(path, head(SNIFFED), wanted)
    return _of_script(head(_FIRST_LINE), wanted) if "." not in name else ""


def _may_be_nginx(path: str, name: str, ending: str) -> bool:
    """Tell whether the name of a file leaves room for nginx's language: `default.conf`, `app.conf.template.prod`, `sites-available/shop`."""
    if ending.lower() in _NO_ENV_FILE:
        return False
    return ending in _CONFIGURATION or ".conf" in name or ("." not in name and bool(_SITES.search(path)))


def _is_nginx(head: bytes) -> bool:
    return bool(_NGINX.search(head)) and b"{{" not in head and b"{%" not in head


def _is_substituted(head: bytes) -> bool:
    """Tell whether variables are put into a file: a small text (nobody complains of data, or of Java's Latin-1)."""
    if len(head) >= SNIFFED or b"\0" in head or not _SUBSTITUTED.search(head):
        return False
    try:
        head.decode()
    except UnicodeDecodeError:
        return False
    return True


def _pipeline(path: str, name: str, ending: str) -> str:
    """Return which reader reads a file that may build images; nothing for other files."""
    if ending in ("yaml", "yml"):
        found = _PIPELINE.search(path)
        if found is not None:
            return found.lastgroup or ""
    if ending in ("hcl", "json") and _BAKE.match(name):
        return "bake"
    if ending == "mk":
        return "makefile"
    return _PIPELINES.get(name, "")


_TEMPLATED = frozenset({"compose", "dockerfile"})
"""Kinds that are told by name, and whose files may be templates all the same."""


def _by_name(name: str, path: str) -> str:
    stem, _, ending = name.rpartition(".")
    kind = _NAMES.get(name) or _ENDINGS.get(ending.lower() if stem else "")
    if kind:
        return kind
    match = _PATTERNS.match(name)
    if match is None:
        return "manifest" if ending in ("txt", "in") and path.endswith(f"requirements/{name}") else ""
    if match.lastgroup == "dockerfile" and ending.lower() in _NO_DOCKERFILE:
        return ""
    if match.lastgroup == "envfile" and ending.lower() in _NO_ENV_FILE:
        return ""
    return match.lastgroup or ""


def _of_script(head: bytes, wanted: frozenset[str]) -> str:
    match = _SHEBANG.match(head)
    found = _INTERPRETERS.get(re.sub(rb"[\d.]+$", b"", match["program"]), "") if match else ""
    return found if found in wanted else ""


def _of_ini(path: str, head: bytes, wanted: frozenset[str]) -> str:
    if b"{{" in head or b"{%" in head:
        return ""
    kind = "supervisord" if "supervisor" in path and _SUPERVISED.search(head) else "uwsgi" if _UWSGI.search(head) else ""
    return kind if kind in wanted else ""


def _of_yaml(name: str, head: bytes, wanted: frozenset[str]) -> str:
    if name in _KUSTOMIZATIONS:  # most only list files, which discovery knows
        kind = "kubernetes" if _GENERATOR.search(head) else ""
    elif _SKAFFOLD.search(head):
        kind = "skaffold"
    elif b"apiVersion" in head and _API_VERSION.search(head) and _OBJECT_KIND.search(head):
        kind = "kubernetes"
    elif b"services:" in head and _SERVICES.search(head) and _SERVICE_KEY.search(head):
        kind = "compose"
    elif "uwsgi" in name and _UWSGI_SECTION.search(head):
        kind = "uwsgi"
    else:
        return ""
    return kind if kind in wanted and not _TEMPLATE.search(head) else ""


_IN_JSON = frozenset({"ecs", "kubernetes", "uwsgi"})


def _of_json(name: str, head: bytes, wanted: frozenset[str]) -> str:
    if _TASK_DEFINITION in head:
        kind = "ecs"
    elif b'"apiVersion"' in head and b'"kind"' in head and _OBJECT.match(head):
        kind = "kubernetes"
    elif "uwsgi" in name and _UWSGI_SECTION.search(head):
        kind = "uwsgi"
    else:
        return ""
    return kind if kind in wanted else ""
