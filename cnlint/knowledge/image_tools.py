"""Which common tools a public image certainly lacks, and what a build may bring them by.

The Debian images of languages and datastores purge what they download with; those of Alpine have the applets of BusyBox (`wget`, `nc`,
`ps`, `pgrep`), whose list is <https://gitlab.alpinelinux.org/alpine/aports/-/blob/master/main/busybox/busyboxconfig>. What an image holds
package by package is in <https://github.com/docker-library/repo-info>.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from cnlint.knowledge.commands import program, unwrapped
from cnlint.knowledge.datastores import plain_name
from cnlint.knowledge.images import is_distroless, official_name, split_reference
from cnlint.knowledge.system_packages import package_name, system_packages
from cnlint.model.command import Invocation
from cnlint.model.image import Instruction, Stage
from cnlint.patterns import lazy

# images by their publishers' names | tags | tools that they lack | source
_IMAGES = r"""
gcr.io/distroless           | (?!.*debug)     | curl wget nc bash sh ps pgrep grep pg_isready redis-cli | https://github.com/GoogleContainerTools/distroless#debug-images
alpine                      | .*              | curl bash pg_isready redis-cli            | https://gitlab.alpinelinux.org/alpine/aports/-/blob/master/main/alpine-base/APKBUILD
python                      | ALPINE          | curl bash pg_isready redis-cli            | https://github.com/docker-library/python/blob/master/Dockerfile-linux.template
node                        | ALPINE          | curl bash pg_isready redis-cli            | https://github.com/nodejs/docker-node/blob/main/Dockerfile-alpine.template
ruby                        | ALPINE          | curl bash pg_isready redis-cli            | https://github.com/docker-library/ruby/blob/master/Dockerfile.template
debian                      | .*              | curl wget nc ps pgrep pg_isready redis-cli | https://github.com/debuerreotype/docker-debian-artifacts
python                      | SLIM            | curl wget nc ps pgrep pg_isready redis-cli | https://github.com/docker-library/python/blob/master/Dockerfile-linux.template
node                        | SLIM            | curl wget nc ps pgrep pg_isready redis-cli | https://github.com/nodejs/docker-node/blob/main/Dockerfile-slim.template
ruby                        | SLIM            | curl wget nc pg_isready redis-cli         | https://github.com/docker-library/ruby/blob/master/Dockerfile.template
ubuntu                      | (?!1[0-7]\.|trusty|xenial) | curl wget pg_isready redis-cli | https://github.com/docker-library/repo-info/tree/master/repos/ubuntu
postgres                    | ALPINE          | curl redis-cli                            | https://github.com/docker-library/postgres/blob/master/Dockerfile-alpine.template
postgres                    | (?!ALPINE)      | curl wget nc redis-cli                    | https://github.com/docker-library/postgres/blob/master/Dockerfile-debian.template
redis                       | ALPINE          | curl pg_isready                           | https://github.com/redis/docker-library-redis
redis                       | (?!ALPINE)      | curl wget nc pg_isready                   | https://github.com/redis/docker-library-redis
valkey/valkey               | ALPINE          | curl pg_isready                           | https://github.com/valkey-io/valkey-container/blob/mainline/Dockerfile.template
valkey/valkey               | (?!ALPINE)      | curl wget nc pg_isready                   | https://github.com/valkey-io/valkey-container/blob/mainline/Dockerfile.template
memcached                   | ALPINE          | curl bash pg_isready redis-cli            | https://github.com/docker-library/memcached/blob/master/Dockerfile.template
memcached                   | (?!ALPINE)      | curl wget nc pg_isready redis-cli         | https://github.com/docker-library/memcached/blob/master/Dockerfile.template
rabbitmq                    | ALPINE          | curl pg_isready redis-cli                 | https://github.com/docker-library/rabbitmq/blob/master/Dockerfile-alpine.template
rabbitmq                    | (?!ALPINE)      | curl wget nc pg_isready redis-cli         | https://github.com/docker-library/rabbitmq/blob/master/Dockerfile-ubuntu.template
mongo                       | (?!.*windows)   | curl wget nc pg_isready redis-cli         | https://github.com/docker-library/mongo/blob/master/Dockerfile-linux.template
mongo                       | (?:[6-9]|\d\d|latest|$)(?!.*windows) | mongo          | https://www.mongodb.com/docs/manual/release-notes/6.0-compatibility/
mongo                       | [34](?:\D|$)    | mongosh                                   | https://github.com/docker-library/docs/blob/master/mongo/content.md
mariadb                     | (?!.*ubi)       | curl wget pg_isready redis-cli            | https://github.com/MariaDB/mariadb-docker/blob/master/Dockerfile.template
mariadb                     | 1[1-9]|[2-9]\d|latest|lts|$ | mysql mysqladmin mysqldump   | https://mariadb.org/mariadb-server-docker-official-images-healthcheck-without-mysqladmin/
qdrant/qdrant               | .*              | curl wget nc pg_isready redis-cli         | https://github.com/qdrant/qdrant/blob/master/Dockerfile
traefik                     | (?!.*windows)   | curl bash                                 | https://github.com/traefik/traefik-library-image
prom/prometheus prom/alertmanager prom/node-exporter prom/pushgateway | .* | curl bash    | https://github.com/prometheus/busybox
keycloak/keycloak           | 2[2-9]|[3-9]\d  | curl wget nc                              | https://github.com/keycloak/keycloak/blob/main/quarkus/container/Dockerfile
"""
_ALPINE = r"(?:.*-)?alpine(?:\d[\d.]*)?$"
_SLIM = r"(?:.*-)?slim(?:-\w+)?$"


def _rows() -> dict[str, list[tuple[re.Pattern[str], frozenset[str]]]]:
    found: dict[str, list[tuple[re.Pattern[str], frozenset[str]]]] = {}
    for row in _IMAGES.strip().splitlines():
        images, rest = row.split(" | ", 1)
        tags, tools, _ = rest.rsplit(" | ", 2)
        pattern = lazy(tags.strip().replace("ALPINE", _ALPINE).replace("SLIM", _SLIM))
        for image in images.split():
            found.setdefault(image, []).append((pattern, frozenset(tools.split())))
    return found


_LACKS = _rows()
_WITHOUT_PROGRAMS = {"alpine": ".*", "debian": ".*", "python": f"{_ALPINE}|{_SLIM}"}
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
    "ps": lazy(r"procps.*|supervisor|lib.*(?:apache|systemd).*"),
    "pgrep": lazy(r"procps.*|supervisor|lib.*(?:apache|systemd).*"),
    "bash": lazy(r"(?!(?:ca-certificates|dumb-init|libc6-compat|openssl|su-exec|tini|tzdata)$)"),
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
    plain = plain_name(repository)
    name = "gcr.io/distroless" if is_distroless(repository) else official_name(repository) or (plain if "/" in plain else "")
    found = [tools for tags, tools in _LACKS.get(name, ()) if tags.match(tag)]
    if re.match(_WITHOUT_PROGRAMS.get(name, "(?!)"), tag):
        found.append(PROGRAMS)
    return frozenset().union(*found)


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
