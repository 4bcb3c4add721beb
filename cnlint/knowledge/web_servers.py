"""What is known of nginx and its images: which files it reads, what they say as they come, which of them say nothing of sockets."""

from __future__ import annotations

from msgspec import Struct

from cnlint.knowledge.datastores import plain_name

LISTEN = "https://nginx.org/en/docs/http/ngx_http_core_module.html#listen"

NGINX = frozenset({"nginx", "nginx-debug"})
"""Programs that read nginx's configuration files; <https://hub.docker.com/_/nginx> has both."""

FOLDER = "/etc/nginx"
MAIN = f"{FOLDER}/nginx.conf"


class NginxImage(Struct, frozen=True):
    """An image of nginx's makers: what its files say as they come, and where its entrypoint takes templates from and puts them.

    `port` is that of `default`, which `main` reads with all that is in its folder. `starts` is the folder of scripts that the
    entrypoint runs. `variables` is how the names begin of those that change any of it. `linked` are log files that are links to
    standard output and error.
    """

    port: int
    main: str = MAIN
    default: str = f"{FOLDER}/conf.d/default.conf"
    includes: str = f"{FOLDER}/conf.d/*.conf"
    templates: str = f"{FOLDER}/templates"
    entrypoint: str = "/docker-entrypoint.sh"
    starts: str = "/docker-entrypoint.d"
    variables: str = "NGINX_ENVSUBST_"
    linked: tuple[str, ...] = ("/var/log/nginx/access.log", "/var/log/nginx/error.log")
    source: str = "https://hub.docker.com/_/nginx"


_IMAGES = {
    "nginx": NginxImage(80),
    "nginx/nginx": NginxImage(80, source="https://gallery.ecr.aws/nginx/nginx"),
    "nginxinc/nginx-unprivileged": NginxImage(8080, source="https://hub.docker.com/r/nginxinc/nginx-unprivileged"),
    "nginx/nginx-unprivileged": NginxImage(8080, source="https://github.com/nginx/docker-nginx-unprivileged"),
}
"""By plain names; their files: <https://github.com/nginx/docker-nginx/tree/master/entrypoint>."""


def nginx_image(repository: str) -> NginxImage | None:
    """Return what is known of an image of nginx, None for other images."""
    return _IMAGES.get(plain_name(repository))


_SILENT = frozenset(
    """mime.types fastcgi_params fastcgi.conf scgi_params uwsgi_params proxy_params koi-utf koi-win win-utf options-ssl-nginx.conf
    fastcgi-php.conf snakeoil.conf""".split()
)
"""Files of nginx's packages and of certbot (<https://nginx.org/en/docs/>, <https://packages.debian.org/stable/all/nginx-common/filelist>)."""


def says_nothing_of_sockets(path: str) -> bool:
    """Tell whether a file that is included is known to hold neither hosts nor sockets."""
    return path.rpartition("/")[2] in _SILENT or "modules-enabled/" in path or "nginx/modules/" in path
