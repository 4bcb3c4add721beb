"""Which common tools a public image certainly lacks, and what a build may bring them by.

Sources: the Dockerfiles of <https://github.com/docker-library/python>, <https://github.com/nodejs/docker-node>,
<https://github.com/docker-library/ruby>, <https://github.com/docker-library/postgres>,
<https://github.com/docker-library/redis> (the Debian ones purge what they download with, those of Alpine have BusyBox's
`wget`); the packages of <https://github.com/debuerreotype/docker-debian-artifacts>; the applets of
<https://gitlab.alpinelinux.org/alpine/aports/-/blob/master/main/busybox/busyboxconfig>;
<https://github.com/GoogleContainerTools/distroless#debug-images> (no shell but in `debug`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from cnlint.knowledge.commands import program, unwrapped
from cnlint.knowledge.images import is_distroless, official_name, split_reference
from cnlint.knowledge.system_packages import package_name, system_packages
from cnlint.model.command import Invocation
from cnlint.model.image import Instruction, Stage
from cnlint.patterns import lazy

_ALPINE = lazy(r"(?:.*-)?alpine(?:\d[\d.]*)?$")
_SLIM = lazy(r"(?:.*-)?slim(?:-\w+)?$")
_LANGUAGES = frozenset({"python", "node", "ruby"})
_LACKS = {
    "distroless": frozenset({"curl", "wget", "nc", "bash", "sh", "ps", "pgrep", "grep", "pg_isready", "redis-cli"}),
    "alpine": frozenset({"curl", "pg_isready", "redis-cli"}),
    "debian": frozenset({"curl", "wget", "nc", "pg_isready", "redis-cli"}),
    "postgres-alpine": frozenset({"curl", "redis-cli"}),
    "postgres": frozenset({"curl", "wget", "nc", "redis-cli"}),
    "redis-alpine": frozenset({"curl", "pg_isready"}),
    "redis": frozenset({"curl", "wget", "nc", "pg_isready"}),
}
PROGRAMS = frozenset(
    """ffmpeg ffprobe convert magick git wkhtmltopdf pandoc libreoffice soffice pdftotext pdftoppm tesseract exiftool ssh rsync pg_dump pg_restore
    mysqldump kubectl java chromium""".split()
)
"""Programs that code runs, and that neither the slim images of Python nor those of Alpine and Debian hold."""
_HARMLESS = lazy(
    r"""(?x) (?: lib(?!curl)[\w.+-]+ | gcc | g\+\+ | make | build-(?:essential|base|deps) | git | ca-certificates | tini | dumb-init | gosu | su-exec
    | gettext(?:-base)? | pkg-config | pkgconfig | python3?-dev | python3 | musl(?:-dev)? | openssl | openssl-dev | tzdata | locales
    | default-libmysqlclient-dev | linux-headers | jpeg-dev | zlib(?:-dev|1g-dev) | postgresql-dev | unzip | jq | nginx | supervisor
    | postgresql-client[\d.-]* | redis-tools | netcat(?:-\w+)? | bash | procps | coreutils ) $"""
)
"""Packages that bring no `curl` and no `wget`; those that bring another of the tools are in `_BROUGHT`."""
_BROUGHT = {
    "pg_isready": lazy(r"postgresql.*"),
    "redis-cli": lazy(r"redis.*"),
    "nc": lazy(r"(?:netcat|nmap|busybox|ncat).*"),
    "pg_dump": lazy(r"postgresql.*"),
    "pg_restore": lazy(r"postgresql.*"),
    "ssh": lazy(r"git.*|openssh.*"),
    "soffice": lazy(r"libreoffice.*"),
    "ffmpeg": lazy(r"lib(?:av|sw).*"),
    "ffprobe": lazy(r"lib(?:av|sw).*"),
    "convert": lazy(r"lib.*magick.*"),
    "magick": lazy(r"lib.*magick.*"),
    "pdftotext": lazy(r"lib.*poppler.*"),
    "pdftoppm": lazy(r"lib.*poppler.*"),
    "ps": lazy(r"procps.*|supervisor"),
    "pgrep": lazy(r"procps.*"),
}
_PLAIN = frozenset(
    """apt-get apt apk pip pip3 poetry uv npm pnpm yarn bundle gem corepack adduser useradd groupadd addgroup usermod chown chmod mkdir rm ln
    echo printf cp mv cd set touch true export sed find sync manage.py django-admin compileall prisma tsc vite next""".split()
)
"""Programs that bring no tools but those that they are told to install."""
_SHARED_FOLDERS = frozenset({"", "/", "/usr", "/usr/local", "/bin", "/sbin", "/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin"})
_WHOLE = frozenset({"", ".", "usr", "local", "bin", "sbin", "lib", "install", "out", "output", "rootfs", "root", "dist", "*"})


def lacking(text: str) -> frozenset[str]:
    """Return the tools that an image is known not to have; nothing where it is not known."""
    repository, tag, _ = split_reference(text)
    if is_distroless(repository):
        return _LACKS["distroless"] if "debug" not in tag else frozenset()
    name = official_name(repository)
    is_alpine = bool(_ALPINE.match(tag))
    programs = PROGRAMS if name in ("alpine", "debian", "python") else frozenset()
    if name == "alpine" or (name in _LANGUAGES and is_alpine):
        return _LACKS["alpine"] | programs
    if name == "debian" or (name in _LANGUAGES and _SLIM.match(tag)):
        return _LACKS["debian"] | programs
    if name in ("postgres", "redis"):
        return _LACKS[f"{name}-alpine" if is_alpine else name]
    return frozenset()


def may_bring(stages: Sequence[Stage], tool: str) -> bool:
    """Tell whether the instructions of these stages may put a tool into the image: by a package, a copy, a script."""
    return any(_brings(instruction, tool) for stage in stages for instruction in stage.instructions if not instruction.onbuild)


def _brings(instruction: Instruction, tool: str) -> bool:
    if instruction.keyword in ("COPY", "ADD"):
        return _copies(instruction, tool)
    if instruction.keyword != "RUN":
        return False
    command = instruction.command
    return command is None or not command.parsed or any(_installs(step, tool) for step in command.invocations)


def _copies(instruction: Instruction, tool: str) -> bool:
    """Tell whether a copy may bring a tool: it is named, or whole folders come to where programs are."""
    if len(instruction.words) < 2 or any(not word.literal for word in instruction.words):
        return True
    *sources, target = (word.text for word in instruction.words)
    if any(tool in text for text in (*sources, target)) or any("://" in text for text in sources):
        return True
    into = target.rstrip("/") in _SHARED_FOLDERS
    return into and any(re.split(r"/", source.rstrip("/"))[-1] in _WHOLE or "*" in source for source in sources)


def _installs(step: Invocation, tool: str) -> bool:
    if not step.words:
        return False
    if any(tool in word.text for word in step.words if tool not in ("ps", "nc", "sh")):
        return not _only_removes(step)
    words = unwrapped(step)
    name = program(words)
    packages = [package_name(word) for word in system_packages(step)]
    if name in ("apt-get", "apt", "apk") and "install" not in (word.text for word in words) and "add" not in (word.text for word in words):
        return False
    if any(_HARMLESS.match(package) is None for package in packages) or (packages and step.is_open):
        return True
    brought = _BROUGHT.get(tool)
    if brought is not None and any(brought.match(package) for package in packages):
        return True
    return name not in _PLAIN


def _only_removes(step: Invocation) -> bool:
    texts = {word.text for word in step.words}
    return step.program in ("apt-get", "apt", "apk") and bool(texts & {"purge", "remove", "del", "autoremove"})
