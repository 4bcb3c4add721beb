"""Which variables Python code reads: every form of the standard library and of the configuration packages."""

from __future__ import annotations

from cnlint.model.module import EnvRead
from cnlint.values import Value
from tests.python_samples import module


def shown(value: Value[str]) -> str | None:
    """Return a value's content; `-` for an absent, None for an unknown one."""
    return "-" if value.is_absent else value.known(None)


def reads(text: str) -> dict[str, tuple[str | None, bool]]:
    """Return the reads of a module by name, each with its default and whether it is required."""
    return {shown(read.name) or "?": (shown(read.default), read.required) for read in plain(text)}


def plain(text: str) -> list[EnvRead]:
    return [read for read in module(text).env_reads if not read.wildcard]


def wildcards(text: str) -> list[str | None]:
    return [shown(read.name) for read in module(text).env_reads if read.wildcard]


def test_every_form_of_the_environment() -> None:
    text = """
import os
import os as system
from os import environ as env, environb
mapping = os.environ
copied = os.environ.copy()
os.environ.pop("POP")
os.environ.pop("POP_DEFAULT", "x")
os.environ.setdefault("SET", "y")
environb[b"BYTES"]
environb.get(b"BYTES_GET", b"z")
os.getenvb(b"BYTES_FUNCTION")
mapping["MAPPED"]
copied["COPIED"]
copied.get("COPIED_GET", "w")
system.environ["ALIAS"]
env["NAMED"]
if "TESTED" in os.environ.keys():
    os.environ["TESTED"]
os.environ["WRITTEN"] = "1"
del os.environ["DELETED"]
"""
    assert reads(text) == {
        "POP": ("-", True),
        "POP_DEFAULT": ("x", False),
        "SET": ("y", False),
        "BYTES": ("-", True),
        "BYTES_GET": ("z", False),
        "BYTES_FUNCTION": ("-", False),
        "MAPPED": ("-", True),
        "COPIED": ("-", False),
        "COPIED_GET": ("w", False),
        "ALIAS": ("-", True),
        "NAMED": ("-", True),
        "TESTED": ("-", False),
    }


def test_all_variables_at_once() -> None:
    text = """
import os
import click
from dynaconf import Dynaconf, FlaskDynaconf
from flask import Flask
app = Flask(__name__)
run(env=os.environ.copy())
dict(os.environ)
render(**os.environ)
{**os.environ, "A": "b"}
os.environ | {"A": "b"}
{k: v for k, v in os.environ.items() if k.startswith("SHOP_")}
for name in os.environ:
    if name.startswith(("ONE_", "TWO_")):
        use(name)
for name in os.environ:
    use(name)
settings = Dynaconf(envvar_prefix="DYNA", settings_files=["settings.toml"])
everything = Dynaconf(envvar_prefix=False)
FlaskDynaconf(app)
app.config.from_prefixed_env()
app.config.from_prefixed_env("WEB")
cli(auto_envvar_prefix="CLI")
click.command(context_settings={"auto_envvar_prefix": "TOOL"})
mock.patch.dict(os.environ, {"A": "b"})
len(os.environ)
"""
    assert wildcards(text) == [
        *("", "", "", "", "", "SHOP_", "ONE_", "TWO_", "", "DYNA_", "", "FLASK_", "FLASK_", "WEB_", "CLI_", "TOOL_"),
    ]
    assert not plain(text)


def test_packages() -> None:
    text = """
import environ
import environs
from decouple import AutoConfig, Config, Csv, RepositoryEnv
from prettyconf import config as pretty
from starlette.config import Config as Starlette
from typer import Option
django = environ.Env(SCHEME=(bool, False), TYPED=str)
files = environ.FileAwareEnv()
typed = environs.Env()
auto = AutoConfig(search_path=".")
repository = Config(RepositoryEnv(".env.shop"))
starlette = Starlette(".env", env_prefix="STAR_")
django("SCHEME")
django("TYPED")
django("CAST", str, "x")
django("CAST_ONLY", int)
django.list("LIST", str, "a,b")
django.bool("BOOL", False)
django.cache(default="locmemcache://")
files("FILE")
with typed.prefixed("SHOP_"):
    typed.int("PORT", 80)
    with typed.prefixed("DB_"):
        typed("HOST")
with typed.prefixed(prefix):
    typed("NAME")
auto("AUTO", default="1")
repository("REPO", cast=Csv())
repository.get("REPO_GET", default="g")
pretty("PRETTY")
starlette("KEY", cast=int, default=5)
def command(a=Option("x", envvar=["FIRST", "SECOND"])): ...
"""
    assert reads(text) == {
        "SCHEME": ("-", False),
        "TYPED": ("-", True),
        "CAST": ("x", False),
        "CAST_ONLY": ("-", True),
        "LIST": ("a,b", False),
        "BOOL": ("False", False),
        "CACHE_URL": ("locmemcache://", False),
        "FILE": ("-", True),
        "SHOP_PORT": ("80", False),
        "SHOP_DB_HOST": ("-", True),
        "?": ("-", True),
        "AUTO": ("1", False),
        "REPO": ("-", True),
        "REPO_GET": ("g", False),
        "PRETTY": ("-", True),
        "STAR_KEY": ("5", False),
        "FIRST": ("-", False),
    }
    others = {shown(read.name): read.alternatives for read in plain(text) if read.alternatives}
    assert others == {"FILE": ("FILE_FILE",), "FIRST": ("SECOND",)}


def test_prefix_of_django_environ() -> None:
    assert list(reads('import environ\nenv = environ.Env()\nenv.prefix = "SHOP_"\nenv("KEY")\n')) == ["SHOP_KEY"]
    assert list(reads('import environ\nenv = environ.Env()\nenv.prefix = make()\nenv("KEY")\n')) == ["?"]


def test_files_of_settings() -> None:
    text = """
from flask import Flask
app = Flask(__name__)
app.config.from_envvar("SHOP_SETTINGS")
app.config.from_envvar("MORE", silent=True)
"""
    assert reads(text) == {"SHOP_SETTINGS": ("-", True), "MORE": ("-", False)}


def test_env_files() -> None:
    text = """
import os
import environ
from decouple import Config, RepositoryEnv
from dotenv import dotenv_values, load_dotenv
from pydantic_settings import BaseSettings, SettingsConfigDict
from starlette.config import Config as Starlette
load_dotenv()
dotenv_values(os.path.join(os.path.dirname(__file__), "shop.env"))
environ.Env.read_env(path)
Config(RepositoryEnv("prod.env"))
Starlette(".env")
Starlette()
class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_file=("a.env", "b.env"))
    debug: bool = False
"""
    loads = module(text, "web/app.py").env_files
    assert [shown(load.path) for load in loads] == ["-", "web/shop.env", None, "prod.env", ".env", "a.env", "b.env"]


def test_settings_classes_of_pydantic_2() -> None:
    text = """
from typing import Annotated, Optional
from pydantic import AliasChoices, AliasPath, BaseModel, Field
from pydantic_settings import BaseSettings, SettingsConfigDict

class Database(BaseModel):
    host: str

class DatabaseSettings(BaseModel):
    host: str

class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="SHOP_", env_nested_delimiter="__", populate_by_name=True)
    key: str
    maybe: Optional[str]
    database: DatabaseSettings
    named: str = Field(alias="NAMED")
    either: str = Field(validation_alias=AliasChoices("ONE", "TWO", AliasPath("THREE", 0)))
    annotated: Annotated[int, Field(validation_alias="NOTED")] = 3

class Exact(BaseSettings, env_prefix="x_", case_sensitive=True):
    Mixed: str = "m"

class Web(Settings):
    model_config = {"env_prefix": "WEB_"}
    port: int = 80
"""
    found = reads(text)
    assert {name: found[name] for name in ("SHOP_KEY", "SHOP_MAYBE", "SHOP_DATABASE", "NAMED", "ONE", "NOTED", "x_Mixed")} == {
        "SHOP_KEY": ("-", True),
        "SHOP_MAYBE": ("-", True),
        "SHOP_DATABASE": ("-", False),
        "NAMED": ("-", True),
        "ONE": ("-", True),
        "NOTED": ("3", False),
        "x_Mixed": ("m", False),
    }
    assert {"WEB_PORT", "WEB_KEY", "WEB_MAYBE"} < set(found)
    assert set(wildcards(text)) == {"SHOP_DATABASE__", "WEB_DATABASE__"}
    others = {shown(read.name): read.alternatives for read in plain(text) if read.scope == "Settings" and read.alternatives}
    assert others["ONE"] == ("TWO", "SHOP_EITHER")


def test_settings_classes_of_pydantic_1() -> None:
    text = """
from typing import Optional
from pydantic import BaseSettings, Field
class Settings(BaseSettings):
    maybe: Optional[str]
    needed: str = Field(..., env="NEEDED")
    several: str = Field("x", env=["FIRST", "SECOND"])
    class Config:
        env_prefix = "old_"
        env_file = ".env"
"""
    assert reads(text) == {"OLD_MAYBE": ("-", False), "NEEDED": ("-", True), "FIRST": ("x", False)}
    assert [shown(load.path) for load in module(text).env_files] == [".env"]


def test_functions_that_read_for_others() -> None:
    text = """
import os
def plain(name):
    return os.environ[name]
def prefixed(key, fallback="f"):
    return os.environ.get(f"SHOP_{key.upper()}", fallback)
def second(cast, name, *, default=None):
    return cast(os.getenv(name, default))
def computed(path):
    return os.environ[find(path)]
plain("A")
prefixed("B")
prefixed("C", "c")
second(int, "D", default=4)
computed("E")
plain(name="F")
plain(*names)
"""
    found = {name: read for name, read in reads(text).items() if name != "?"}
    assert found == {"A": ("-", True), "SHOP_B": ("f", False), "SHOP_C": ("c", False), "D": ("4", False), "F": ("-", True)}


def test_a_function_that_also_reads_the_path_of_a_file() -> None:
    text = """
import os
def secret(name, default=None):
    if path := os.getenv(name + "_FILE"):
        return open(path).read()
    return os.getenv(name, default)
secret("KEY")
"""
    assert reads(text)["KEY"] == ("-", False)


def test_a_fallback_behind_methods_that_leave_nothing_empty() -> None:
    text = """
import os

URL = os.environ.get("URL", "").replace("postgres://", "postgresql://") or "sqlite:///shop.db"
KEY = os.environ.get("KEY", "").strip() or "carrot"
STATED = os.environ.get("STATED", "this").strip() or "that"
FAILS = os.environ.get("FAILS").strip() or "never"
"""
    assert reads(text) == {
        "URL": ("sqlite:///shop.db", False),
        "KEY": ("carrot", False),
        "STATED": ("this", False),
        "FAILS": ("-", False),
    }


def test_django_configurations() -> None:
    text = """
from configurations import Configuration, values
class Production(Configuration):
    SECRET_KEY = values.SecretValue()
    DEBUG = values.BooleanValue(False)
    HOST = values.Value("shop", environ_prefix="SHOP", environ_required=True)
    NAME = values.Value(environ_name="WHO", environ_prefix=None)
    DATABASES = values.DatabaseURLValue("sqlite:///db")
    LOCAL = values.Value("x", environ=False)
    OTHER = values.Value(environ_prefix=PREFIX)
"""
    reads = module(text, "shop/settings.py").env_reads
    assert [(read.name.known(None), read.default.known(None), read.required) for read in reads] == [
        ("DJANGO_SECRET_KEY", None, True),
        ("DJANGO_DEBUG", "False", False),
        ("SHOP_HOST", "shop", True),
        ("WHO", None, False),
        ("DATABASE_URL", "sqlite:///db", False),
        (None, None, False),
    ]


def test_variables_in_texts_and_keys_of_env_files() -> None:
    text = """
import os
from dotenv import get_key
path = os.path.expandvars("$DATA/${SHOP}/x")
other = os.path.expandvars(path)
key = get_key("conf/.env", "KEY")
"""
    found = module(text)
    assert [(read.name.known(None), read.required) for read in found.env_reads] == [("DATA", False), ("SHOP", False)]
    assert [load.path.known(None) for load in found.env_files] == ["conf/.env"]


def test_methods_that_read_the_environment() -> None:
    text = """
import os
class Settings:
    prefix = "SHOP_"
    def __init__(self):
        self.host = self._env("HOST")
        self.port = self._env("PORT", default="80")
        self.key = Settings.needed("KEY")
    def _env(self, name, default=None):
        return os.environ.get(f"SHOP_{name}", default)
    @staticmethod
    def needed(name):
        return os.environ[name]
class Other:
    def __init__(self):
        self._env("NONE")
"""
    reads = [read for read in module(text).env_reads if read.name.is_known]
    assert [(read.name.known(None), read.default.known(None), read.required) for read in reads] == [
        ("SHOP_HOST", None, False),
        ("SHOP_PORT", "80", False),
        ("KEY", None, True),
    ]


def test_missing_variables_that_raise_an_error() -> None:
    text = """
import os
HOST = os.getenv("HOST")
PORT = os.environ.get("PORT")
USER = os.getenv("USER")
NAME = os.getenv("NAME", "x")
if not HOST or PORT is None:
    raise RuntimeError("no address")
if STRICT:
    if not USER:
        raise RuntimeError("no user")
if NAME == "":
    raise RuntimeError("no name")
def needed(name):
    value = os.getenv(name)
    if value is None:
        raise KeyError(name)
    return value
KEY = needed("KEY")
"""
    reads = [read for read in module(text).env_reads if read.name.is_known]
    assert [(read.name.known(None), read.required) for read in reads] == [
        ("HOST", True),
        ("PORT", True),
        ("USER", False),
        ("NAME", False),
        ("KEY", True),
    ]


def test_which_reads_are_certain() -> None:
    text = """
import os
URL = os.environ.get("TOP", "redis://localhost")
BOTH = os.environ["LEFT"] or os.environ["RIGHT"]
if URL:
    BRANCH = os.environ["BRANCH"]
class Settings:
    inner = os.environ.get("IN_CLASS")
def connect():
    return os.environ["FUNCTION"]
"""
    assert {read.name.known("") for read in plain(text) if read.certain} == {"TOP", "LEFT", "IN_CLASS"}
