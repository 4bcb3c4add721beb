"""What Python modules are read as, and how changes to them are written."""

from __future__ import annotations

import ast
from typing import Any

import libcst
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnlint.assembly.unit import Unit
from cnlint.model.change import Change, EditCode, EditCommand, Remove, Set
from cnlint.model.command import Command
from cnlint.readers.python import read, write
from cnlint.source import Source, Span
from cnlint.syntax.document import SyntaxFailure
from cnlint.syntax.python import parse
from cnlint.values import Value
from tests.python_samples import at, module, sources


def shown(value: Value[str]) -> str | None:
    """Return a value's content; `-` for an absent, None for an unknown one."""
    return "-" if value.is_absent else value.known(None)


ENVIRONMENT = """
import os
from os import environ, environ as settings, getenv as read
import environ as django_environ
import environs
import click
import dj_database_url
from decouple import config
from starlette.config import Config

env = django_environ.Env(DEBUG=(bool, False))
late = environs.Env()
starlette = Config(".env")
get = os.environ.get
FALLBACK = "spare"

a = os.environ["A"]
b = environ.get("B")
c = read("C", default="three")
d = settings.get("D") or "four"
e = env("E")
f = env.int("F", default=6)
g = env.db()
h = late.str("H", "eight")
i = config("I", cast=int)
j = config("J", default=FALLBACK)
k = starlette("K", cast=int, default=11)
l = get("L")
m = env("DEBUG")
n = os.environ.get("N", os.path.join("x", "y"))
o = os.environ.get("O", f"{a}")
p = dj_database_url.config(default="sqlite:///p")
if "Q" in os.environ:
    q = os.environ["Q"]
try:
    r = os.environ["R"]
except KeyError:
    r = ""
if os.environ.get("DEBUG_MODE"):
    s = os.environ["S"]


def switch(name, default=None):
    return os.environ.get(name, default)


t = switch("T", "twenty")


@click.option("--u", envvar="U")
def command(u):
    v = environ["V"]
"""


def test_environment() -> None:
    reads = {read.name.known("?"): read for read in module(ENVIRONMENT).env_reads}
    assert {name: (shown(read.default), read.required) for name, read in reads.items() if name != "?"} == {
        "A": ("-", True),
        "B": ("-", False),
        "C": ("three", False),
        "D": ("four", False),
        "E": ("-", True),
        "F": ("6", False),
        "DATABASE_URL": ("sqlite:///p", False),
        "H": ("eight", False),
        "I": ("-", True),
        "J": ("spare", False),
        "K": ("11", False),
        "L": ("-", False),
        "DEBUG": ("-", False),
        "N": ("x/y", False),
        "O": (None, False),
        "Q": ("-", False),
        "R": ("-", False),
        "DEBUG_MODE": ("-", False),
        "S": ("-", True),
        "T": ("twenty", False),
        "U": ("-", False),
        "V": ("-", True),
    }
    assert reads["S"].guarded
    assert not reads["A"].guarded
    assert reads["V"].scope == "command"
    assert at(ENVIRONMENT, reads["C"].span) == 'read("C", default="three")'
    assert at(ENVIRONMENT, reads["J"].default.span) == '"spare"'


def test_settings_classes() -> None:
    text = """
from typing import ClassVar
from pydantic import Field, AliasChoices, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

class Base(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="shop_")
    kind: ClassVar[str] = "x"
    host: str
    port: int = 80
    key: SecretStr = SecretStr("hunter2hunter2")
    url: str = Field(validation_alias=AliasChoices("SHOP_URL", "URL"))
    name: str = Field("shop", alias="the_name")
    token: str = Field(default_factory=make)
    hosts: list[str] = []

class Derived(Base):
    debug: bool = False
"""
    reads = {read.name.known("?"): read for read in module(text).env_reads}
    assert {name: (shown(read.default), read.required) for name, read in reads.items()} == {
        "SHOP_HOST": ("-", True),
        "SHOP_PORT": ("80", False),
        "SHOP_KEY": ("***", False),
        "SHOP_URL": ("-", True),
        "THE_NAME": ("shop", False),
        "SHOP_TOKEN": (None, False),
        "SHOP_HOSTS": (None, False),
        "SHOP_DEBUG": ("False", False),
    }


def test_servers() -> None:
    text = """
import socket
from concurrent import futures
from http.server import HTTPServer, BaseHTTPRequestHandler
import grpc
import uvicorn
from flask import Flask
from flask_socketio import SocketIO
app = Flask(__name__)
sio = SocketIO(app)
ADDRESS = ("0.0.0.0", 9000)
HTTPServer(ADDRESS, BaseHTTPRequestHandler).serve_forever()
server = grpc.server(futures.ThreadPoolExecutor())
server.add_insecure_port("[::]:50051")
sock = socket.socket()
sock.bind(("127.0.0.1", 7000))
uvicorn.run("x:app", **options)
sio.run(app, "0.0.0.0", 5001)
if __name__ == "__main__":
    app.run(debug=True, port=8080)
"""
    found = module(text)
    assert found.has_main
    assert [(one.framework, shown(one.host), shown(one.port), one.main_only) for one in found.listens] == [
        ("http.server", "0.0.0.0", "9000", False),
        ("grpc", "[::]", "50051", False),
        ("socket", "127.0.0.1", "7000", False),
        ("uvicorn", None, None, False),
        ("flask_socketio", "0.0.0.0", "5001", False),
        ("flask", "127.0.0.1", "8080", True),
    ]
    assert found.listens[5].host.is_defaulted


def test_clients() -> None:
    text = """
import os
import redis as r
import psycopg2
from kafka import KafkaProducer
from sqlalchemy import create_engine as engine
HOST = "cache"
TWICE = "a"
TWICE = "b"
r.Redis(host=HOST)
r.Redis()
r.Redis(TWICE)
r.Redis(host=os.environ["X"])
r.Redis(**options)
psycopg2.connect("dbname=x host=db.internal port=1")
KafkaProducer(bootstrap_servers=["k1:9092", "k2:9092"])
engine("mysql+pymysql://u:p4ssw0rd@sql.internal:3306/x")
def f(HOST):
    r.Redis(HOST)
"""
    assert [(one.kind, shown(one.host), one.scope) for one in module(text).connections] == [
        ("redis", "cache", ""),
        ("redis", "-", ""),
        ("redis", None, ""),
        ("redis", None, ""),
        ("redis", None, ""),
        ("postgres", "db.internal", ""),
        ("kafka", "k1", ""),
        ("mysql", "sql.internal", ""),
        ("redis", None, "f"),
    ]


def test_files_and_paths() -> None:
    text = """
import os
from pathlib import Path
HERE = Path(__file__).resolve().parent
DATA = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "data")
open("a", "w")
open("b")
open("c", "rb")
open(HERE / "d.txt", mode="ab")
(HERE.parent / "e").write_text("")
open(os.path.join(DATA, "f"), "x")
open(unknown, "w")
open("db/alembic_version.json")
Path("g").open("w")
os.path.join(HERE, open("h", "r+").read())
"""
    assert [(one.call, shown(one.path)) for one in module(text, "src/shop/app.py").file_writes] == [
        ("open", "a"),
        ("open", "src/shop/d.txt"),
        ("Path.write_text", "src/e"),
        ("open", "src/data/f"),
        ("open", None),
        ("Path.open", "g"),
        ("open", "h"),
    ]


def test_settings_of_frameworks() -> None:
    text = """
INSTALLED_APPS = ["shop"]
DATABASES = {"default": {"HOST": "db", "PORT": 5432, "PASSWORD": "pelican4711"}}
if DEBUG:
    SESSION_ENGINE = "file"
lower = 1
"""
    found = module(text, "shop/settings.py").settings
    assert [(one.name, shown(one.value), one.framework, one.guarded) for one in found] == [
        ("DATABASES.default.HOST", "db", "django", False),
        ("DATABASES.default.PORT", "5432", "django", False),
        ("DATABASES.default.PASSWORD", "***", "django", False),
        ("SESSION_ENGINE", "file", "django", True),
    ]
    flask = 'app = Flask(__name__)\napp.config["A"] = 1\napp.config.update(B="b")\napp.config.from_mapping({"C": None})\n'
    found = module("from flask import Flask\n" + flask).settings
    assert [(one.name, shown(one.value)) for one in found] == [("A", "1"), ("B", "b"), ("C", "-")]
    found = module('bind = "127.0.0.1:8000"\nworkers = 2\nother = 3\n', "gunicorn.conf.py").settings
    assert [(one.name, shown(one.value)) for one in found] == [("bind", "127.0.0.1:8000"), ("workers", "2")]


def test_signals() -> None:
    text = '''
import signal
def nothing(*_):
    """Nothing."""
    return None
signal.signal(signal.SIGTERM, signal.SIG_IGN)
signal.signal(signal.SIGINT, nothing)
signal.signal(signal.SIGHUP, lambda *_: stop())
signal.signal(signal.SIGUSR1, handlers.one)
signal.signal(number, signal.SIG_DFL)
'''
    assert [(one.signal, one.action) for one in module(text).signal_handlers] == [
        ("SIGTERM", "ignore"),
        ("SIGINT", "ignore"),
        ("SIGHUP", "handle"),
        ("SIGUSR1", "unknown"),
        ("number", "default"),
    ]


def test_imports_are_resolved() -> None:
    text = "from . import views\nfrom ..core.models import User as U\nimport a.b\nfrom x import *\n"
    assert [one.name for one in module(text, "src/shop/web/app.py").imports] == [
        "src.shop.web.views",
        "src.shop.core.models.User",
        "a.b",
        "x",
    ]


def test_nothing_is_lost_by_not_parsing() -> None:
    """A file that is left without a tree yields all that it would have with one, but for what other modules do for it."""
    for source in sources():
        try:
            quick, whole = parse(source).root, parse(source, thorough=True).root
        except SyntaxFailure:
            continue
        unit = Unit("python", source.path, (source.path,))
        if quick.tree is None and whole.tree is not None:
            (parsed,) = read(whole, unit).modules
            alone = msgspec.structs.replace(parsed, parsed=False, helper_calls=(), settings_classes=(), prints=(), system_tools=())
            assert msgspec.to_builtins(read(quick, unit).modules) == msgspec.to_builtins((alone,)), source.path


def test_deep_code_is_read() -> None:
    chain = "x = a" + ".b()" * 900 + "\ny = " + "+".join(["'a'"] * 900) + "\nopen(y, 'w')\n"
    assert len(module(chain, thorough=True).file_writes) == 1


CODE = """import logging

x = [
    logging.StreamHandler(),  # kept
    logging.FileHandler("é.log"),  # gone
]
logging.basicConfig(level=1, filename="a")
settings = {"a": 1, "b": [1, 2], "c": None}
def f(a, b=2):
    log()
"""


def edited(change: Change, text: str = CODE) -> str | None:
    """Return the text after a change, None where it is declined; all but the edit is as before."""
    edits = write(change, Source(text, "x.py", 0))
    if edits is None:
        return None
    for edit in edits:
        text = text[: edit.span.start] + edit.text + text[edit.span.end :]
    ast.parse(text)
    return text


def span(part: str) -> Span:
    return Span(0, CODE.index(part), CODE.index(part) + len(part))


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (Remove(span('logging.FileHandler("é.log")')), CODE.replace('    logging.FileHandler("é.log"),  # gone\n', "")),
        (Remove(span("logging.StreamHandler()")), CODE.replace("    logging.StreamHandler(),  # kept\n", "")),
        (Remove(span("None")), CODE.replace(', "c": None', "")),
        (Remove(span("[1, 2]")), CODE.replace('"b": [1, 2], ', "")),
        (Remove(span("log()")), CODE.replace("log()", "pass")),
        (Set(span('"é.log"'), "b.log"), CODE.replace('"é.log"', '"b.log"')),
        (Set(span("None"), True), CODE.replace("None", "True")),
        (EditCode("python", span("[1, 2]"), lambda _: libcst.parse_expression("()")), CODE.replace("[1, 2]", "()")),
        (EditCode("python", span("log()"), lambda _: libcst.RemoveFromParent()), CODE.replace("log()", "pass")),
    ],
)
def test_edits(change: Change, expected: str) -> None:
    assert edited(change) == expected


@pytest.mark.parametrize(
    "change",
    [
        Remove(span("ogging.Stream")),
        Set(span("log()"), "x"),
        EditCode("python", span("[1, 2]"), lambda node: node),
        EditCommand(Command("exec", (), span("log()"))),
    ],
)
def test_declined(change: Change) -> None:
    assert edited(change) is None


@given(st.lists(st.sampled_from(["a", "b()", "'é'", "[1]", "c=1", "**k"]), min_size=1, max_size=4, unique=True), st.booleans(), st.data())
@settings(max_examples=80, deadline=None)
def test_removal_keeps_everything_else(arguments: list[str], trailing: bool, data: st.DataObject) -> None:
    ordered = sorted(arguments, key=lambda argument: "=" in argument or "**" in argument)
    separator = data.draw(st.sampled_from([", ", ",", ",\n    "]))
    text = f"# é\nf({separator.join(ordered)}{',' if trailing else ''})  # end\n"
    chosen = data.draw(st.sampled_from([argument for argument in ordered if "=" not in argument and "**" not in argument] or ["f"]))
    start = text.index(chosen, text.index("(") + 1) if chosen != "f" else text.index("f(")
    after = edited(Remove(Span(0, start, start + len(chosen))), text)
    if after is None:
        assert chosen == "f"
        return
    kept: Any = ast.parse(after).body[0]
    before: Any = ast.parse(text).body[0]
    assert len(kept.value.args) + len(kept.value.keywords) == len(before.value.args) + len(before.value.keywords) - 1
    assert after.startswith("# é\nf(")
    assert after.endswith("  # end\n")
