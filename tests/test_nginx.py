"""nginx's configuration files: their language, what they say, and which of them nginx reads in a process."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnlint.kinds import kind_of
from cnlint.model.project import WebServerConfig
from cnlint.source import Source
from cnlint.syntax.document import SyntaxFailure
from cnlint.syntax.nginx import Directive, parse
from tests.memory import processes, repository

TEXT = """\
# the site
server {
  listen 80;  # plain
  server_name "a b" c;
  location ~ ^/(x|y)\\.d/.{2}$ { return 200 'it''s'; }
  add_header X-A "say \\"hi\\" #1";
  set $name ${HOST}_x;
  content_by_lua_block { local a = "}" -- }
    if a then ngx.say([[ } ]]) end { } }
}
"""


def source(text: str) -> Source:
    return Source(text, "nginx.conf", 0)


def shown(directives: tuple[Directive, ...]) -> list[object]:
    return [[one.name, *(word.text for word in one.arguments), *([] if one.block is None else [shown(one.block)])] for one in directives]


def test_directives_blocks_and_comments() -> None:
    document = parse(source(TEXT.replace("{2}", "x").replace("'it''s'", "'its'")))
    assert shown(document.root.directives) == [
        [
            "server",
            [
                ["listen", "80"],
                ["server_name", "a b", "c"],
                ["location", "~", "^/(x|y)\\.d/.x$", [["return", "200", "its"]]],
                ["add_header", "X-A", 'say "hi" #1'],
                ["set", "$name", "${HOST}_x"],
                ["content_by_lua_block", []],
            ],
        ]
    ]
    assert [(one.text, one.trailing) for one in document.comments] == [("the site", False), ("plain", True)]
    assert [one.name for one in document.root.reads] == ["HOST"]


@pytest.mark.parametrize("text", ["server {", "}", "listen 80", "a 'b;", "; x", "{ }", "a_by_lua_block { '}' ", "a \\", "a {" * 200])
def test_what_is_not_closed_fails_with_its_place(text: str) -> None:
    with pytest.raises(SyntaxFailure) as failure:
        parse(source(text))
    assert text[failure.value.span.start : failure.value.span.end] in text


@given(
    st.lists(st.sampled_from(["{", "}", ";", "a", "#", "$", "${", "'", '"', "\\", " ", "\n", "_by_lua_block ", "é"]), max_size=40).map(
        "".join
    )
)
@settings(max_examples=300, deadline=None)
def test_words_read_back(text: str) -> None:
    try:
        document = parse(source(text))
    except SyntaxFailure:
        return
    waiting = list(document.root.directives)
    while waiting:
        one = waiting.pop()
        waiting.extend(one.block or ())
        assert text[one.span.start : one.span.end].startswith((one.name[:1], "'", '"', "\\"))
        assert all(len(word.text) <= word.span.end - word.span.start for word in one.arguments)


@pytest.mark.parametrize(
    ("path", "text", "kind"),
    [
        ("web/nginx.conf", "events { }\nhttp {\n  server {\n    listen 80;\n  }\n}\n", "nginx"),
        ("default.conf.template", "server {\n  listen ${PORT};\n}\n", "nginx"),
        ("app.conf.template.prod", "server {\n  listen 80;\n}\n", "nginx"),
        ("sites-available/shop", "server {\n  listen 80;\n}\n", "nginx"),
        ("snippets/proxy.conf", "proxy_set_header Host $host;\n", "nginx"),
        ("nginx.conf.j2", "server {\n  listen 80;\n}\n", ""),
        ("nginx.conf", "server {\n  listen {{ port }};\n  server_name x;\n}\n", ""),
        ("httpd.conf", "Listen 80\nServerName ${NAME}\n", "template"),
        ("php-fpm.conf", "[www]\nlisten = 127.0.0.1:9000 ;\n", ""),
        ("named.conf", "options {\n  listen-on port 53 { any; };\n};\n", ""),
        ("pipeline.conf", "input {\n  beats { port => 5044 }\n}\n", ""),
        ("redis.conf", "port 6379\nbind 127.0.0.1\n", ""),
        ("shop", "server {\n  listen 80;\n}\n", ""),
    ],
)
def test_which_files_are_nginxs(path: str, text: str, kind: str) -> None:
    assert kind_of(path, lambda _: text.encode(), frozenset({"nginx", "template"})) == kind


def config(text: str) -> WebServerConfig:
    (found,) = (one for facts in repository({"nginx.conf": text}).facts for one in facts.web_configs)
    return found


def listeners(text: str) -> list[str]:
    return [f"{one.address.known('?')}{'/udp' if one.udp else ''}" for one in config(text).listeners]


def test_sockets() -> None:
    assert listeners("http {\n server { listen 80 default_server; listen [::]:443 ssl; listen 443 quic; } server { server_name x; } }") == [
        "80",
        "[::]:443",
        "443/udp",
        "80",
    ]
    assert listeners("stream {\n server {\n listen 53 udp;\n listen unix:/run/x.sock;\n proxy_pass dns:53;\n }\n}") == [
        "53/udp",
        "unix:/run/x.sock",
    ]
    assert listeners("server {\n  server_name x;\n  include snippets/*.conf;\n}\n") == ["?"]
    assert listeners("listen 8443 ssl;\nssl_protocols TLSv1.3;\n") == ["8443"]
    assert listeners("server {\n  server_name x;\n  include mime.types;\n}\n") == ["80"]


def test_targets_and_groups() -> None:
    found = config(
        """
        upstream api { server api-1:8000 weight=2; server unix:/run/api.sock; }
        server {
          listen 80;
          location / { proxy_pass http://api/v1; if ($x) { fastcgi_pass php:9000; } }
        }
        """
    )
    assert [one.address.known("?") for one in found.targets] == ["api-1:8000", "unix:/run/api.sock", "http://api/v1", "php:9000"]
    assert found.upstreams == ("api",)


def test_logs() -> None:
    found = config("access_log off;\nserver {\n  listen 80;\n  access_log /var/log/shop.log main;\n  error_log stderr;\n}\n")
    assert [(one.name, one.value.known("?")) for one in found.logs] == [
        ("access_log", "off"),
        ("access_log", "/var/log/shop.log"),
        ("error_log", "stderr"),
    ]


def test_a_file_that_cannot_be_read_may_listen_on_anything() -> None:
    found = config("server {\n  listen 80;\n")
    assert not found.listeners.complete


SITE = "server {\n  listen 3000;\n}\n"
WHOLE = "events { }\nhttp {\n  include mime.types;\n  server { listen 3001; }\n  include /etc/nginx/conf.d/*.conf;\n}\n"
FILES = {
    "site.conf": SITE,
    "nginx.conf": WHOLE,
    "site.conf.template": "server {\n  listen ${PORT};\n}\n",
    "conf.d/one.conf": "server {\n  listen 3002;\n}\n",
    "conf.d/two.conf": "server {\n  listen 3003;\n  include snippets/x.conf;\n}\n",
    "root/etc/nginx/conf.d/default.conf": SITE,
    "tls.conf": "server {\n  listen 81;\n  include snippets/*.conf;\n}\n",
    "port.conf": "listen 443 ssl;\n",
    "key.pem": "",
    "start.sh": "#!/bin/sh\nexec nginx -g 'daemon off;'\n",
    "change.sh": "#!/bin/sh\nsed -i s/80/90/ /etc/nginx/conf.d/default.conf\n",
    "hello.sh": "#!/bin/sh\necho hello\n",
}


def ports(dockerfile: str, files: dict[str, str] | None = None) -> list[int | None] | None:
    """Return the ports of the process of an image, None where they are not known."""
    found = processes({**FILES, **(files or {}), "Dockerfile": dockerfile})
    (process,) = found.values()
    return sorted(one.number.known(0) for one in process.listens) or None  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("instructions", "expected"),
    [
        ("", [80]),
        ("COPY site.conf /etc/nginx/conf.d/default.conf", [3000]),
        ("COPY site.conf /etc/nginx/conf.d/", [80, 3000]),
        ("COPY site.conf /etc/nginx/conf.d", [80, 3000]),
        ("RUN rm /etc/nginx/conf.d/default.conf\nCOPY site.conf /etc/nginx/conf.d/", [3000]),
        ("RUN rm -rf /etc/nginx/conf.d/*\nCOPY site.conf /etc/nginx/conf.d/", [3000]),
        ("RUN rm -rf /etc/nginx/conf.d\nCOPY site.conf /etc/nginx/conf.d/site.conf", [3000]),
        ("RUN apk add curl && mkdir -p /etc/nginx/certs && chown nginx /etc/nginx\nCOPY site.conf /etc/nginx/conf.d/default.conf", [3000]),
        ("RUN if true; then rm /etc/nginx/conf.d/default.conf; fi", None),
        ("COPY nginx.conf /etc/nginx/nginx.conf", [80, 3001]),
        ("COPY nginx.conf /etc/nginx/nginx.conf\nCOPY conf.d/one.conf /etc/nginx/conf.d/default.conf", [3001, 3002]),
        ("COPY conf.d /etc/nginx/conf.d", None),
        ("COPY root/ /", [3000]),
        ("COPY tls.conf /etc/nginx/conf.d/default.conf\nCOPY port.conf /etc/nginx/snippets/port.conf", [81, 443]),
        ("COPY site.conf /tmp/site\nRUN mv /tmp/site /etc/nginx/conf.d/default.conf", [3000]),
        ("COPY site.conf /tmp/site\nRUN envsubst '$X' < /tmp/site > /etc/nginx/conf.d/default.conf", [3000]),
        ("COPY site.conf.template /etc/nginx/templates/default.conf.template", None),
        ("ENV PORT=8000\nCOPY site.conf.template /etc/nginx/templates/default.conf.template", [8000]),
        ("ENV PORT=8000\nCOPY site.conf.template /etc/nginx/templates/site.conf.template", [80, 8000]),
        ("ENV PORT=8000 NGINX_ENVSUBST_OUTPUT_DIR=/x\nCOPY site.conf.template /etc/nginx/templates/default.conf.template", None),
        ('ENV PORT=8000\nCOPY site.conf.template /etc/nginx/templates/\nENTRYPOINT ["nginx", "-g", "daemon off;"]', [80]),
        ("COPY site.conf /etc/nginx/conf.d/default.conf\nRUN sed -i s/3000/80/ /etc/nginx/conf.d/default.conf", None),
        ('COPY site.conf /etc/nginx/conf.d/default.conf\nRUN echo "daemon off;" >> /etc/nginx/nginx.conf\nCMD ["nginx"]', [3000]),
        ("COPY <<EOF /etc/nginx/conf.d/default.conf\nserver { listen 81; }\nEOF", None),
        ("RUN echo 'server { listen 81; }' > /etc/nginx/conf.d/default.conf", None),
        ("COPY key.pem /etc/nginx/conf.d/default.conf", None),
        ("COPY key.pem /etc/nginx/key.pem", [80]),
        ("COPY missing.conf /etc/nginx/conf.d/default.conf", None),
        ("ADD https://example.com/x.conf /etc/nginx/conf.d/default.conf", None),
        ("COPY --from=acme/conf /x /etc/nginx/conf.d/default.conf", None),
        ("COPY --from=acme/site /x /usr/share/nginx/html", [80]),
        ("COPY html $WHERE", None),
        ("RUN ./setup.sh", None),
        ("WORKDIR /etc/nginx\nRUN rm conf.d/default.conf\nCOPY site.conf conf.d", [3000]),
        ("WORKDIR /etc/nginx\nRUN sed -i s/80/90/ conf.d/default.conf", None),
        ("COPY site.conf /tmp/site\nRUN sed -i s/3/4/ /tmp/site && mv /tmp/site /etc/nginx/conf.d/default.conf", None),
        ("WORKDIR /etc/nginx\nCOPY site.conf conf.d/default.conf", [3000]),
        ('COPY site.conf /etc/shop.conf\nCMD ["nginx", "-c", "/etc/shop.conf", "-g", "daemon off;"]', [3000]),
        ("CMD nginx $OPTIONS", None),
        ('CMD ["nginx", "-t"]', None),
        ('COPY start.sh /\nCOPY site.conf /etc/nginx/conf.d/default.conf\nENTRYPOINT ["/start.sh"]', [3000]),
        ("COPY hello.sh /docker-entrypoint.d/40-hello.sh", [80]),
        ("COPY change.sh /docker-entrypoint.d/40-change.sh", None),
        ("COPY key.pem /docker-entrypoint.d/40-other.sh", None),
    ],
)
def test_ports_of_an_image(instructions: str, expected: list[int] | None) -> None:
    assert ports(f"FROM nginx:1.27-alpine\n{instructions}\n") == expected


@pytest.mark.parametrize(
    ("dockerfile", "expected"),
    [
        ("FROM nginxinc/nginx-unprivileged:1.27\n", [8080]),
        ("FROM public.ecr.aws/nginx/nginx:1.27\n", [80]),
        ('FROM alpine\nRUN apk add nginx\nCOPY nginx.conf /etc/nginx/nginx.conf\nCMD ["nginx", "-g", "daemon off;"]\n', None),
        ('FROM alpine\nRUN apk add nginx\nCOPY site.conf /etc/nginx/nginx.conf\nCMD ["nginx", "-g", "daemon off;"]\n', [3000]),
        ("FROM nginx AS base\nRUN rm /etc/nginx/conf.d/default.conf\nFROM base\nCOPY site.conf /etc/nginx/conf.d/\n", [3000]),
        ("FROM node AS build\nCOPY . /app\nFROM nginx\nCOPY --from=build /app/nginx.conf /etc/nginx/nginx.conf\n", [80, 3001]),
        (
            "FROM node AS build\nWORKDIR /app\nCOPY . .\nRUN sed -i x site.conf\nFROM nginx\nCOPY --from=build /app/site.conf /etc/nginx/conf.d/default.conf\n",
            None,
        ),
        ("FROM node AS build\nRUN npm run build\nFROM nginx\nCOPY --from=build /app/conf /etc/nginx/conf.d\n", None),
    ],
)
def test_ports_by_what_an_image_is_built_upon(dockerfile: str, expected: list[int] | None) -> None:
    assert ports(dockerfile) == expected


def test_the_context_of_a_build_is_a_folder() -> None:
    files = {
        "compose.yaml": "services:\n  web:\n    build: site\n",
        "site/Dockerfile": "FROM node AS build\nCOPY . /app\nFROM nginx\nCOPY --from=build /app/web.conf /etc/nginx/conf.d/default.conf\n",
        "site/web.conf": SITE,
    }
    assert [one.number.known(0) for one in processes(files)["compose:web"].listens] == [3000]


@pytest.mark.parametrize(
    ("service", "expected"),
    [
        ("image: nginx:1.27", [80]),
        ("{image: 'nginx:1.27', volumes: ['./site.conf:/etc/nginx/conf.d/default.conf:ro']}", [3000]),
        ("{image: 'nginx:1.27', volumes: ['./conf.d:/etc/nginx/conf.d:ro']}", None),
        ("{image: 'nginx:1.27', volumes: ['./root/etc/nginx/conf.d:/etc/nginx/conf.d']}", [3000]),
        ("{image: 'nginx:1.27', volumes: ['./missing.conf:/etc/nginx/conf.d/default.conf']}", None),
        ("{image: 'nginx:1.27', volumes: ['conf:/etc/nginx/conf.d']}", None),
        ("{image: 'nginx:1.27', volumes: ['certs:/etc/nginx/certs', '/srv/html:/usr/share/nginx/html']}", [80]),
        ("{image: 'nginx:1.27', volumes: ['$CONF:/etc/nginx/conf.d/default.conf']}", None),
        (
            "{image: 'nginx:1.27', environment: {PORT: '81'}, volumes: ['./site.conf.template:/etc/nginx/templates/default.conf.template']}",
            [81],
        ),
        ("{image: 'nginx:1.27', env_file: x.env, volumes: ['./site.conf.template:/etc/nginx/templates/default.conf.template']}", None),
        ("{image: 'nginx:1.27', command: ['nginx-debug', '-g', 'daemon off;']}", [80]),
        ("{image: 'nginx:1.27', command: ['sleep', '1']}", None),
        ("{image: 'nginx:$TAG', volumes: ['./site.conf:/etc/nginx/conf.d/default.conf']}", [3000]),
        ("{image: 'acme/nginx'}", None),
    ],
)
def test_ports_of_a_service(service: str, expected: list[int] | None) -> None:
    found = processes(
        {**FILES, "compose.yaml": f"services:\n  web: {service}\n" if service[0] == "{" else f"services:\n  web:\n    {service}\n"}
    )
    assert (sorted(one.number.known(0) for one in found["compose:web"].listens) or None) == expected
