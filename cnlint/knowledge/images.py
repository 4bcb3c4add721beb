"""What is known of public images: which are official, which tags of theirs move, whom they run as.

Sources: the list of official images is <https://github.com/docker-library/official-images/tree/master/library>; that they
run as root unless their Dockerfile says `USER` is <https://docs.docker.com/reference/dockerfile/#user>; for the others the
row says it.
"""

from __future__ import annotations

import re

from cnlint.patterns import lazy

OFFICIAL = frozenset(
    """adminer aerospike almalinux alpine alt amazoncorretto amazonlinux api-firewall arangodb archlinux azul-zulu backdrop bash bonita buildpack-deps
    busybox caddy cassandra centos chronograf cirros clearlinux clefos clickhouse clojure composer consul convertigo couchbase couchdb crate
    dart debian docker drupal eclipse-mosquitto eclipse-temurin eggdrop elasticsearch elixir emqx erlang espocrm express-gateway fedora flink fluentd friendica
    gazebo gcc geonetwork ghost golang gradle groovy haproxy haskell haxe hello-world hitch httpd hylang ibm-semeru-runtimes ibmjava influxdb
    irssi jetty joomla jruby julia kapacitor kibana kong krakend lightstreamer liquibase logstash mageia mariadb matomo maven mediawiki memcached
    mongo mongo-express monica mono mysql nats nats-streaming neo4j neurodebian nextcloud nginx nim node notary odoo open-liberty openjdk oraclelinux
    orientdb percona perl phpmyadmin photon php php-zendserver plone postfixadmin postgres pypy python r-base rabbitmq rakudo-star redis redmine registry
    rethinkdb rocket.chat rockylinux ros ruby rust sapmachine satosa scratch silverpeas sl solr sonarqube spark spiped storm swift swipl teamspeak
    telegraf tomcat tomee traefik ubuntu unit varnish vault websphere-liberty wordpress xwiki yourls zookeeper znc""".split()
)
"""Official images of Docker Hub, also those that are no longer maintained."""

_NUMBERED = frozenset(
    """amazoncorretto caddy cassandra composer couchdb dart eclipse-temurin elasticsearch elixir erlang ghost golang gradle haproxy httpd influxdb
    julia kibana logstash mariadb maven memcached mongo mysql nats neo4j nginx node openjdk perl php postgres pypy python rabbitmq redis registry
    ruby rust sonarqube swift tomcat wordpress zookeeper""".split()
)
"""Official images whose pinned tags begin with a version; a tag that begins otherwise moves from version to version."""

_MOVING = frozenset(
    "latest stable edge rolling lts mainline nightly current next dev devel main master testing unstable rawhide snapshot".split()
)
_NAMES_ONE = lazy(r"v?\d|[0-9a-f]{7,40}$")
"""A version, a date or a commit; a later part of a tag with one names one build (`stable-20250203-slim`), whatever it begins with."""
_NODE_CODENAMES = frozenset("argon boron carbon dubnium erbium fermium gallium hydrogen iron jod krypton".split())
"""Codenames of Node's long-term releases stand for a major version (<https://github.com/nodejs/Release/blob/main/CODENAMES.md>)."""
_SYSTEMS = frozenset(
    "alpine debian ubuntu fedora centos almalinux rockylinux oraclelinux amazonlinux busybox buildpack-deps archlinux photon".split()
)

STAND_INS = frozenset(
    {"us-docker.pkg.dev/cloudrun/container/hello", "us-docker.pkg.dev/cloudrun/container/job", "gcr.io/cloudrun/hello", "gcr.io/cloudrun/job",
     "us-docker.pkg.dev/cloudrun/container/worker-pool", "mcr.microsoft.com/azuredocs/containerapps-helloworld",
     "mcr.microsoft.com/k8se/quickstart", "mcr.microsoft.com/k8se/quickstart-jobs", "public.ecr.aws/aws-containers/hello-app-runner"}
)  # fmt: skip
"""Images that platforms offer to create a workload with before there is one of its own, which then takes their place:
<https://cloud.google.com/run/docs/quickstarts/deploy-container>, <https://learn.microsoft.com/en-us/azure/container-apps/containers>,
<https://docs.aws.amazon.com/apprunner/latest/dg/getting-started.html>."""

_ROOT = frozenset(
    """alpine debian ubuntu fedora centos almalinux rockylinux oraclelinux amazonlinux busybox buildpack-deps archlinux photon
    amazoncorretto bash clojure composer dart eclipse-temurin elixir erlang gcc golang gradle haskell haxe ibmjava julia maven mono node openjdk
    perl php pypy python r-base ruby rust sapmachine scratch swift tomcat nginx httpd caddy""".split()
)
"""Official images that say no USER and whose entrypoint does not change the user (databases' entrypoints do)."""
_DROPS = frozenset({"nginx", "httpd", "caddy"})
_ROOT_ELSEWHERE = lazy(
    r"""(?x) (?:
      mcr\.microsoft\.com/dotnet/(?:aspnet|runtime|runtime-deps|sdk|nightly/.+)   # https://github.com/dotnet/dotnet-docker: USER only in chiseled images
    | ghcr\.io/astral-sh/uv                                                       # https://docs.astral.sh/uv/guides/integration/docker/
    | (?:public\.ecr\.aws/)?amazonlinux/amazonlinux
    | tiangolo/(?:uvicorn-gunicorn.*|uwsgi-nginx.*|meinheld-gunicorn.*)            # https://github.com/tiangolo/uvicorn-gunicorn-fastapi-docker
    | registry\.access\.redhat\.com/ubi\d+/ubi(?:-minimal|-init)?                  # https://catalog.redhat.com/software/containers/ubi9/ubi
    ) $"""
)
_WINDOWS = lazy(r"mcr\.microsoft\.com/windows(?:/|$)|microsoft/(?:windowsservercore|nanoserver)")
_WINDOWS_TAG = lazy(r"(?:^|.*-)(?:windowsservercore|nanoserver)(?:-|$)")
"""<https://learn.microsoft.com/en-us/virtualization/windowscontainers/manage-containers/container-base-images>"""
_UNCHECKED = frozenset({"valkey/valkey", "postgis/postgis", "pgvector/pgvector"})
"""Images of datastores without a HEALTHCHECK: <https://github.com/valkey-io/valkey-container/blob/mainline/Dockerfile.template>,
<https://github.com/postgis/docker-postgis/blob/master/Dockerfile.debian.template>, <https://github.com/pgvector/pgvector/blob/master/Dockerfile>."""
_DOTNET = lazy(r"mcr\.microsoft\.com/dotnet/(?:aspnet|runtime|runtime-deps|sdk)$")
_DISTROLESS = lazy(r"gcr\.io/distroless/")
_HUB = lazy(
    r"(?:docker\.io/|index\.docker\.io/|registry-1\.docker\.io/|mirror\.gcr\.io/|public\.ecr\.aws/docker/)?(?:library/)?([a-z0-9.-]+)$"
)


def split_reference(text: str) -> tuple[str, str, str]:
    """Return repository, tag and digest of a reference to an image; what is not there is empty."""
    whole, _, digest = text.partition("@")
    slash = whole.rfind("/") + 1
    name, _, tag = whole[slash:].partition(":")
    return whole[:slash] + name, tag, digest


def hub_name(repository: str) -> str:
    """Return the name of an image on Docker Hub with its namespace (`acme/web`, `library/redis`); empty for one of another registry.

    Source: <https://pkg.go.dev/github.com/distribution/reference#hdr-Grammar>
    """
    first, slash, rest = repository.partition("/")
    if first in ("docker.io", "index.docker.io") and slash:
        return hub_name(rest)
    is_host = bool(slash) and (first == "localhost" or "." in first or ":" in first)
    return "" if is_host else repository if slash else f"library/{repository}"


def is_all_in_one(name: str) -> bool:
    """Tell whether an image, its Dockerfile or a service is named for holding all that a system needs, to try it out."""
    return _ALL_IN_ONE.search(name) is not None


def official_name(repository: str) -> str:
    """Return the name of an official image, wherever it is pulled from; empty for other images."""
    match = _HUB.match(repository)
    return match[1] if match and match[1] in OFFICIAL else ""


def brings_no_healthcheck(text: str) -> bool:
    """Tell whether an image is known to bring no HEALTHCHECK, and something to run one with: official ones, those of .NET, some datastores.

    Sources: <https://github.com/docker-library/faq#healthcheck>, <https://github.com/dotnet/dotnet-docker>
    """
    repository, tag, _ = split_reference(text)
    is_dotnet = _DOTNET.match(repository) and "chiseled" not in tag and "distroless" not in tag
    is_unchecked = hub_name(repository) in _UNCHECKED
    return official_name(repository) not in ("", "scratch", "hello-world") or bool(is_dotnet) or is_unchecked


def is_distroless(repository: str) -> bool:
    """Tell whether it is one of Google's images without a shell (<https://github.com/GoogleContainerTools/distroless>)."""
    return bool(_DISTROLESS.match(repository))


def is_windows(text: str) -> bool:
    """Tell whether an image is known to be one of Windows, whose shell is `cmd` or PowerShell."""
    repository, tag, _ = split_reference(text)
    return bool(_WINDOWS.match(repository) or _WINDOWS_TAG.match(tag))


def is_floating(repository: str, tag: str) -> bool:
    """Tell whether a tag is known to move from version to version (`stable-alpine3.19`, not `edge-v3.2`); none stands for `latest`, distroless has no others."""
    first, *others = re.split(r"[-_]", tag.lower())
    first = first.partition(".")[0]
    if not tag or is_distroless(repository):
        return True
    if any(_NAMES_ONE.match(other) for other in others):
        return False
    if first in _MOVING:
        return True
    name = official_name(repository)
    if name not in _NUMBERED or re.match(r"v?\d", tag):
        return False
    return not (name == "node" and first in _NODE_CODENAMES)


def runs_as_root(text: str) -> bool:
    """Tell whether an image is known to run as root where nothing else is said."""
    repository, tag, _ = split_reference(text)
    name = official_name(repository)
    if is_distroless(repository):
        return "nonroot" not in tag
    if _ROOT_ELSEWHERE.match(repository):
        return "chiseled" not in tag and "distroless" not in tag and "rootless" not in tag
    return name in _ROOT and "rootless" not in tag


_WITH_DASH = frozenset("buildpack-deps debian eclipse-temurin elixir erlang golang node perl php pypy python ruby rust ubuntu".split())
_OTHER_SHELL = lazy(
    r"(?:^|.*[-.])(?:alpine|windows|nanoserver|ubi|centos|stretch|buster|bullseye|jessie|xenial|bionic|focal|jammy)|(?:16|18|20|22)\.04"
)


def has_dash(text: str) -> bool:
    """Tell whether `sh` of an image is known to be a dash that does not replace itself by what `sh -c` runs: in current Debian and Ubuntu.

    Older dashes and bash do, with the last program of a line. Source: dash 0.5.12 of Debian 12, and
    <https://manpages.debian.org/bookworm/dash/sh.1.en.html>.
    """
    repository, tag, _ = split_reference(text)
    return official_name(repository) in _WITH_DASH and not _OTHER_SHELL.match(tag)


def drops_privileges(text: str) -> bool:
    """Tell whether the image's server starts as root and serves as somebody else (`nginx`, `httpd`, Apache's `php`)."""
    repository, tag, _ = split_reference(text)
    name = official_name(repository)
    return name in _DROPS or (name == "php" and ("apache" in tag or "fpm" in tag))


_DEBIAN = lazy(r"(?:.*-)?(?:slim|bookworm|bullseye|buster|trixie|stretch)(?:-|$)")
_ALPINE = lazy(r"(?:.*-)?alpine")
_ALL_IN_ONE = lazy(r"(?:^|[/._-])(?:aio|all-?in-?one|standalone|single|allinone|bundle|demo|monolith)(?:$|[/._-])", re.IGNORECASE)


def distribution_family(repository: str, tag: str) -> str:
    """Return which family of distributions an official image of a language is built upon, by its tag: `debian`, `alpine`; else empty.

    A tag that names none is Debian's for these images (<https://github.com/docker-library/faq#whats-the-difference-between-some-of-the-docker-images>).
    """
    if official_name(repository) not in ("python", "node", "ruby", "golang", "php", "rust"):
        return ""
    if _ALPINE.match(tag):
        return "alpine"
    return "debian" if _DEBIAN.match(tag) or not any(part.isalpha() for part in tag.split("-")) else ""
