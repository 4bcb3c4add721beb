"""The Dockerfile parser, held against BuildKit's own (the `dockerfile` package) where that is installed."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnlint.assembly.unit import Unit
from cnlint.kinds import kind_of
from cnlint.model.change import Add, EditCommand, Remove, Set
from cnlint.model.image import ImageBuild
from cnlint.readers.dockerfile import read, write
from cnlint.source import Source, decode
from cnlint.syntax.dockerfile import Dockerfile, json_words, parse
from cnlint.syntax.document import SyntaxFailure

TRAPS = {
    "continuations": "FROM a\nRUN one \\\n  # note\n\n  two \\  \n  three\nCMD x\n",
    "heredocs": "FROM a\nRUN <<EOF cat - <<-'X' > f\nFROM b\n# no comment\nEOF\n\tRUN x\n\tX\nCOPY <<\"E\" /etc/f\nCMD\nE\nUSER u\n",
    "arithmetic": "FROM a\nRUN echo $((1<<2)) '<<EOF' \"<<EOF\" <<<word\nUSER u\n",
    "double escape": "FROM a\nRUN echo C:\\\\\nCMD x\n",
    "backtick": "# escape=`\nFROM a\nRUN dir C:\\ `\n  b\nCOPY a C:\\\nUSER x\n",
    "directives": "# syntax=docker/dockerfile:1\n# escape=`\nFROM a\nRUN a `\n b\n",
    "late directive": "# note\n# escape=`\nFROM a\nRUN a \\\n b\n",
    "split keyword": "FROM a\nRU\\\nN echo \\\n x\nCMD\\\n  y\n",
    "cut off": "FROM a\nRUN echo \\\n",
    "cut off word": "FROM a\nCMD x\\",
    "no newline": "FROM a AS b\nUSER u",
    "windows lines": 'FROM a\r\nRUN a \\\r\n\r\n  b\r\nCMD ["x"]\r\n',
    "flags": 'FROM --platform=linux/amd64 a\nRUN --mount=type=secret,id="x y" --network=none a\nCOPY --from=0 --chown=1:1 a b\n',
    "lists": 'FROM a\nCMD ["a", "b\\"c\\u00e9\\n"]\nENTRYPOINT [ ]\nRUN [\'a\']\nSHELL ["sh",\\\n "-c"]\nVOLUME ["/a"]\nRUN [ -f x ]\n',
    "leading blanks": "\n\n  FROM a\n\tRUN x\n   # note\n  USER u\n",
    "onbuild": "FROM a\nONBUILD RUN x \\\n y\nONBUILD COPY . /a\n",
    "health": "FROM a\nHEALTHCHECK --interval=5s --timeout=3s CMD curl -f x \\\n || exit 1\nHEALTHCHECK NONE\n",
    "lower case": "from a\nrun x\ncmd y\n",
}
FRAGMENTS = [
    *" \\\n`#$\"'[],=<E\r\t", "FROM a", "RUN ", "<<E", "\\\n", "# escape=`\n", "ONBUILD ", "${A:-", "}", "ENV A=", "ARG A\n",
    "HEALTHCHECK CMD ", "EXPOSE 8000-", "WORKDIR ", 'SHELL ["sh"]\n', "USER $A\n",
]  # fmt: skip
FILES = st.lists(st.sampled_from(FRAGMENTS), max_size=30).map(lambda parts: "FROM a\n" + "".join(parts))


def dockerfile(text: str) -> Dockerfile:
    return parse(Source(text, "Dockerfile", 0)).root


def image(text: str) -> ImageBuild:
    return read(dockerfile(text), Unit("dockerfile", "Dockerfile", ("Dockerfile",))).images[0]


def edited(text: str, change: object) -> str | None:
    edits = write(change, Source(text, "Dockerfile", 0))  # type: ignore[arg-type]
    if edits is None:
        return None
    for edit in sorted(edits, reverse=True):
        text = text[: edit.span.start] + edit.text + text[edit.span.end :]
    return text


@pytest.mark.parametrize("name", TRAPS)
def test_instructions_are_those_of_buildkit(name: str) -> None:
    oracle = pytest.importorskip("dockerfile")
    text = TRAPS[name]
    expected = [
        (one.cmd.upper(), one.start_line, one.end_line, one.value if one.json else None, one.flags) for one in oracle.parse_string(text)
    ]
    found = []
    for one in dockerfile(text).statements:
        listed = tuple(word.text for word in one.listed) if one.listed is not None else None
        flags = tuple(f"--{key}={value}" if value else f"--{key}" for key, value in one.flags)
        lines = (text.count("\n", 0, one.span.start) + 1, text.count("\n", 0, one.span.end) + 1)
        found.append(("ONBUILD" if one.onbuild else one.keyword, *lines, listed, flags))
    assert [one[:4] if one[0] == "ONBUILD" else one for one in found] == [
        (*one[:4],) if one[0] == "ONBUILD" else (*one[:4], tuple(flag.replace('"', "") for flag in one[4])) for one in expected
    ]


@pytest.mark.parametrize("name", TRAPS)
def test_shell_text_is_that_of_buildkit(name: str) -> None:
    oracle = pytest.importorskip("dockerfile")
    expected = [
        one.value[0] for one in oracle.parse_string(TRAPS[name]) if one.cmd.upper() in ("RUN", "CMD") and not one.json and one.value
    ]
    found = [
        one.rest.text
        for one in dockerfile(TRAPS[name]).statements
        if one.keyword in ("RUN", "CMD") and one.listed is None and not one.onbuild
    ]
    assert [text.strip() for text in expected] == found


@given(st.one_of(st.text(max_size=120), FILES))
@settings(max_examples=500, deadline=None)
def test_no_text_makes_parser_or_reader_raise(text: str) -> None:
    try:
        document = parse(Source(text, "Dockerfile", 0))
    except SyntaxFailure:
        return
    read(document.root, Unit("dockerfile", "Dockerfile", ("Dockerfile",)))
    for comment in document.comments:
        assert text[comment.span.start : comment.span.end] == comment.text
    for statement in document.root.statements:
        assert text[statement.span.start :].upper().startswith(("ONBUILD" if statement.onbuild else statement.keyword)[:1])


@given(st.lists(st.text(max_size=10), max_size=5))
@settings(max_examples=200, deadline=None)
def test_words_of_a_list_stand_where_their_spans_say(words: list[str]) -> None:
    text = json.dumps(words, ensure_ascii=len(words) % 2 == 0)
    found = json_words(Source(text, "Dockerfile", 0))
    assert found is not None
    assert [word.text.encode("utf-16", "surrogatepass").decode("utf-16") for word in found] == words
    assert [json.loads(text[word.span.start : word.span.end]) for word in found] == words


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no FROM instruction"),
        ("RUN x\nFROM a\n", "RUN stands before the first FROM"),
        ("FROM a\nFOO b\n", "unknown instruction FOO"),
        ("FROM\n", "FROM names no image"),
        ("FROM a\nRUN <<E\nx\n", "the heredoc E has no end"),
        ("FROM a\nONBUILD\n", "ONBUILD without an instruction"),
        ("# escape=x\nFROM a\n", "escape is neither a backslash nor a backtick"),
    ],
)
def test_what_buildkit_would_not_build(text: str, message: str) -> None:
    with pytest.raises(SyntaxFailure) as failure:
        dockerfile(text)
    assert failure.value.message == message


def test_what_the_oracle_is_too_old_for() -> None:
    root = dockerfile('#!/usr/bin/env dockerfile\n# check=skip=all\n# escape=`\nFROM a\nRUN a `\n b\nCMD ["a"] x\n')
    assert root.escape == "`"
    assert [(one.keyword, one.rest.text, one.listed) for one in root.statements] == [
        ("FROM", "a", None),
        ("RUN", "a  b", None),
        ("CMD", '["a"] x', None),
    ]


def test_an_instruction_starts_at_its_keyword_where_a_continuation_without_text_stands_before() -> None:
    text = "FROM a\n\\\n# note\nRUN x\n"
    run = dockerfile(text).statements[1]
    assert text[run.span.start : run.span.end] == "RUN x"


def test_ignores_cover_the_instruction() -> None:
    text = "FROM a\n# one\nRUN a \\\n  # two\n  b\nCMD c\n"
    document = parse(Source(text, "Dockerfile", 0))
    covered = [document.extent(comment.span.start) for comment in document.comments]
    assert [text[span.start : span.end] for span in covered] == ["RUN a \\\n  # two\n  b"] * 2


def test_byte_order_mark_and_other_encodings() -> None:
    text, encoding = decode("\ufeffFROM a\nUSER ü\n".encode())
    assert image(text).stages[0].user.is_("ü")
    assert encoding.encode(text).startswith(b"\xef\xbb\xbf")


def test_arguments_and_variables_are_substituted() -> None:
    build = image(
        """ARG TAG=3.12
ARG IMAGE=python:${TAG}-slim
ARG FREE
FROM ${IMAGE} AS base
ENV APP=/srv PORT=80 LEGACY="a b"
ENV OLD style value
ARG TAG
ARG USER_ID=1000
WORKDIR $APP
WORKDIR web
USER ${USER_ID}:${GROUP:-app}
EXPOSE $PORT 443/udp 90-92 $NOBODY
FROM base
WORKDIR ../api
USER $USER_ID
FROM ${FREE}
FROM ${FREE:-alpine:3.20}
FROM --platform=$BUILDPLATFORM BASE
"""
    )
    first, second, third, fourth, fifth = build.stages
    assert first.base.is_("python:3.12-slim")
    assert first.workdir.is_("/srv/web")
    assert first.user.is_unknown
    assert [port.number.known(None) for port in first.ports] == [80, 443, 90, 91, 92, None]
    assert first.ports[1].protocol == "udp"
    assert {one.name: one.value.known(None) for one in first.variables} == {
        "APP": "/srv", "PORT": "80", "LEGACY": "a b", "OLD": "style value", "TAG": None, "USER_ID": "1000",
    }  # fmt: skip
    assert (second.parent, second.workdir.known(None), second.user.known(None)) == (0, "/srv/api", "1000")
    assert third.base.is_unknown
    assert fourth.base.is_("alpine:3.20")
    assert (fifth.parent, fifth.platform) == (0, "$BUILDPLATFORM")


def test_what_a_stage_says_last() -> None:
    text = """FROM a
ENTRYPOINT ["/bin/sh", "-c", "migrate && exec \\"$@\\""]
CMD old
CMD exec app \\
  # port
  --port 80
STOPSIGNAL SIGQUIT
HEALTHCHECK --interval=1m30s --retries=5 CMD ["curl", "-f", "http://localhost/"]
ONBUILD USER nobody
SHELL ["pwsh", "-Command"]
RUN Get-Item
"""
    (stage,) = image(text).stages
    command = stage.command.known(None)
    entrypoint = stage.entrypoint.known(None)
    check = stage.healthcheck.known(None)
    assert command is not None
    assert entrypoint is not None
    assert check is not None
    assert [word.text for word in command.words] == ["app", "--port", "80"]
    assert [text[word.span.start : word.span.end] for word in command.words] == ["app", "--port", "80"]
    assert (entrypoint.form, entrypoint.shell) == ("exec", True)
    assert [step.program for step in entrypoint.invocations] == ["migrate", "?"]
    assert text[entrypoint.invocations[0].span.start :].startswith("migrate")
    assert (check.period.known(0), check.timeout.known(0), check.failures.known(0)) == (90.0, 30.0, 5)
    assert check.timeout.is_defaulted
    assert stage.user.is_absent
    assert stage.stop_signal.is_("SIGQUIT")
    assert stage.has_shell_instruction
    last = stage.instructions[-1].command
    assert last is not None
    assert not last.parsed
    assert image("FROM a\nHEALTHCHECK NONE\n").stages[0].healthcheck.satisfies(lambda one: one.kind == "none")


def test_heredoc_scripts_are_commands() -> None:
    (stage,) = image("FROM a\nRUN <<EOF\napt-get update\npip install x\nEOF\nRUN python3 <<EOF\nimport x\nEOF\n").stages
    programs = [[step.program for step in one.command.invocations] for one in stage.instructions if one.command]
    assert programs == [["apt-get", "pip"], ["python3"]]


def test_secrets_never_leave() -> None:
    (stage,) = image("FROM a\nARG DB_PASSWORD=Zk81mmQpa2\nENV DSN=postgres://u:$DB_PASSWORD@db/x API_KEY=q9Lm2nVbx8\n").stages
    assert "Zk81mmQpa2" not in str(stage)
    assert "q9Lm2nVbx8" not in str(stage)
    assert all(one.value.secret for one in stage.variables)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("CMD gunicorn -b 0.0.0.0:80 'my app'\n", 'CMD ["gunicorn", "-b", "0.0.0.0:80", "my app"]\n'),
        ("CMD a \\\n    # why\n    --b c # d\n", None),
        ("CMD a \\\n    # why\n    --b c\r\nUSER u", 'CMD ["a", \\\n    # why\n    "--b", "c"]\r\nUSER u'),
        ("CMD a $PORT\n", None),
        ("CMD a && b\n", None),
        ("CMD A=1 b\n", None),
        ('CMD ["a"]\n', None),
    ],
)
def test_a_shell_line_becomes_a_list(before: str, after: str | None) -> None:
    text = "FROM a\n" + before
    command = image(text).stages[0].command.known(None)
    assert command is not None
    assert edited(text, EditCommand(command, form="exec")) == (None if after is None else "FROM a\n" + after)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("CMD app --daemon --port 80 # x", "CMD app --host 0.0.0.0 --port 8080 # x"),
        ("CMD app \\\n  --daemon \\\n  --port 80", "CMD app --host 0.0.0.0 \\\n  --port 8080"),
        ('CMD ["app", "--daemon",\\\n  "--port", "80"]', 'CMD ["app", "--host", "0.0.0.0",\\\n  "--port", "8080"]'),
        ('CMD ["sh", "-c", "a && app --daemon --port 80"]', 'CMD ["sh", "-c", "a && app --host 0.0.0.0 --port 8080"]'),
    ],
)
def test_words_are_taken_put_in_and_replaced(before: str, after: str | None) -> None:
    text = f"FROM a\n{before}\n"
    command = image(text).stages[0].command.known(None)
    assert command is not None
    words = {word.text: word for word in command.words}
    change = EditCommand(command, (words["--daemon"],), ((words["app"], "--host"), (words["app"], "0.0.0.0")), ((words["80"], "8080"),))
    assert edited(text, change) == f"FROM a\n{after}\n"


def test_values_and_instructions_change() -> None:
    text = 'FROM a AS b\n# who\nUSER root # no comment\nENV A="x" B=2 \\\n  C=3\nRUN x\nEXPOSE 80\nCMD ["y"]\n'
    (stage,) = image(text).stages
    variables = {one.name: one for one in stage.variables}
    assert stage.user.span is not None
    assert variables["A"].value.span is not None
    assert edited(text, Set(stage.base.span, "c")) == text.replace("FROM a", "FROM c")  # type: ignore[arg-type]
    assert edited(text, Set(variables["A"].value.span, "z")) == text.replace('"x"', '"z"')
    assert edited(text, Remove(variables["C"].span)) == text.replace(" \\\n  C=3", "")
    assert edited(text, Remove(variables["A"].span)) == text.replace('A="x" ', "")
    assert edited(text, Remove(stage.user.span)) == text.replace("USER root # no comment\n", "")
    assert edited(text, Add(stage.span, "user", "65532")) == text.replace("RUN x\n", "RUN x\nUSER 65532\n")
    assert edited(text, Remove(stage.base.span)) is None  # type: ignore[arg-type]


def test_flags_name_where_files_come_from() -> None:
    build = image(
        """FROM node:22 AS deps
FROM deps
RUN --mount=type=secret,id=npm,dst=/root/.npmrc --mount=source=package.json,target=package.json \\
    --mount=type=bind,from=deps,src=/a,destination=/b --mount=type=cache,target=/root/.npm npm ci
COPY --parents --exclude=*.md --link --chown=1:1 ./src package.json /app/
COPY --from=0 /x /y
COPY <<EOF /etc/motd
hello
EOF
ADD --checksum=sha256:24454f830cdb571e2c4ad15481119c43b3cafd48dd869a9b2945d1036d1dc68d https://example.com/a.tar.gz git@github.com:a/b.git vendor /opt/
"""
    )
    run, copy, other, heredoc, add = build.stages[1].instructions
    assert [(one.kind, one.source, one.target, one.origin) for one in run.mounts] == [
        ("secret", "", "/root/.npmrc", ""),
        ("bind", "package.json", "package.json", ""),
        ("bind", "/a", "/b", "deps"),
        ("cache", "", "/root/.npm", ""),
    ]
    assert [word.text for word in copy.sources] == ["./src", "package.json"]
    assert (copy.flag("exclude"), copy.flag("parents"), copy.flag("link"), copy.flag("checksum")) == ("*.md", "", "", None)
    assert other.sources == heredoc.sources == ()
    assert [word.text for word in add.sources] == ["vendor"]
    assert build.stage("0") is build.stage("DEPS") is build.stages[0]


def test_arguments_of_the_platform_are_not_known_and_others_without_value_are_unset() -> None:
    build = image(
        """ARG BUILD_MODE
FROM alpine:${BUILD_MODE:-3.20}
ARG TARGETARCH BUILD_MODE TARGET_USER
USER ${TARGETARCH:-x}
FROM alpine
ARG TARGET_USER
USER ${TARGET_USER:-app}
ENV TARGET_USER=web
ARG TARGET_USER=late
USER $TARGET_USER
"""
    )
    first, second = build.stages
    assert first.base.is_("alpine:3.20")
    assert first.user.is_unknown
    assert second.user.is_("web")
    assert image("FROM alpine\nARG TARGET_USER\nUSER ${TARGET_USER:-app}\n").stages[0].user.is_("app")


@pytest.mark.parametrize(
    ("text", "parsed"),
    [
        ('FROM a\nSHELL ["conda", "run", "-n", "x", "/bin/bash", "-c"]\nRUN pip install x\n', True),
        ('FROM a\nSHELL ["powershell", "-Command"]\nRUN pip install x\n', False),
        ("FROM mcr.microsoft.com/windows/servercore:ltsc2022\nRUN pip install x\n", False),
        ("FROM golang:1.23-nanoserver-ltsc2022\nRUN pip install x\n", False),
        ('FROM mcr.microsoft.com/windows/servercore:ltsc2022\nSHELL ["bash", "-c"]\nRUN pip install x\n', True),
        ("FROM a\nRUN bash -eux -o pipefail <<EOF\npip install x\nEOF\n", True),
        ("FROM a\nRUN <<EOF\n#!/usr/bin/env python3\npip install x\nEOF\n", False),
    ],
)
def test_a_run_is_read_by_the_shell_that_runs_it(text: str, parsed: bool) -> None:
    command = image(text).stages[0].instructions[-1].command
    assert command is not None
    assert command.parsed == parsed
    assert [step.program for step in command.invocations] == (["pip"] if parsed else [])


@pytest.mark.parametrize(
    "name", ["Containerfile", "Containerfile.web", "web.Containerfile", "dockerfile", "Dockerfile-web", "web.dockerfile"]
)
def test_names_of_dockerfiles(name: str) -> None:
    assert kind_of(f"a/{name}", lambda _: b"FROM a\n", frozenset({"dockerfile"})) == "dockerfile"
    assert kind_of(f"a/{name}.dockerignore", lambda _: b"", frozenset({"dockerfile", "dockerignore"})) == "dockerignore"
    assert kind_of(f"a/{name}", lambda _: b"FROM {{ base }}\n", frozenset({"dockerfile"})) == ""
