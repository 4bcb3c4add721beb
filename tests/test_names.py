"""Constants, settings classes and functions that read the environment, across the modules of a repository."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnlint.discover import discover
from cnlint.model.facts import Facts
from cnlint.model.module import Module
from cnlint.reading import TreeFiles, completed, read_unit
from cnlint.repository.names import resolved
from cnlint.values import Value
from tests.memory import MemoryTree, repository
from tests.test_laws import Blanking

CLIENT = "import redis\nfrom {module} import {name}\nredis.Redis(host={name})\n"


def modules(files: Mapping[str, str]) -> dict[str, Module]:
    return {module.path: module for facts in repository(files).facts for module in facts.modules}


def shown(value: Value[str]) -> str | None:
    return "-" if value.is_absent else value.known(None)


def host(files: Mapping[str, str], path: str = "shop/app.py") -> str | None:
    """Return the host of the one client in a module."""
    (connection,) = modules(files)[path].connections
    return shown(connection.host)


def reads(files: Mapping[str, str], path: str) -> dict[str | None, tuple[str | None, bool]]:
    return {shown(read.name): (shown(read.default), read.required) for read in modules(files)[path].env_reads}


APP = CLIENT.format(module="shop.conf", name="HOST")


@pytest.mark.parametrize(
    "app",
    [
        APP,
        CLIENT.format(module=".conf", name="HOST"),
        "import redis\nfrom . import conf\nredis.Redis(host=conf.HOST)\n",
        "import redis\nimport shop.conf\nredis.Redis(host=shop.conf.HOST)\n",
        "import redis\nimport shop.conf as c\nredis.Redis(host=c.HOST)\n",
        "import redis\nfrom .conf import *\nredis.Redis(host=HOST)\n",
        "import redis\nfrom .conf import HOST as OTHER\nredis.Redis(host=OTHER)\n",
        "import redis\nfrom .conf import HOST\nWHERE = HOST\ndef f():\n    redis.Redis(host=WHERE)\n",
    ],
)
@pytest.mark.parametrize("root", ["", "backend/", "services/web/src/"])
def test_a_constant_of_another_module(app: str, root: str) -> None:
    files = {f"{root}shop/conf.py": 'HOST = "db.internal"\n', f"{root}shop/app.py": app}
    assert host(files, f"{root}shop/app.py") == "db.internal"


CLASS = 'class Conf(object):\n    """Where things are."""\n\n    HOST = "db.internal"\n\n    def other(self):\n        HOST = 1\n        return HOST\n'


@pytest.mark.parametrize(
    ("conf", "expected"),
    [
        (CLASS.replace("        HOST = 1\n", ""), "db.internal"),
        ('class Conf:\n    HOST = "db.internal"\nclass Other:\n    HOST = "x"\n', "db.internal"),
        (CLASS, None),
        ('class Conf(Base):\n    HOST = "a"\n', None),
        ('class Conf:\n    if DEBUG:\n        HOST = "a"\n', None),
        ('class Conf:\n    HOST = "a"\n    HOST = "b"\n', None),
        ('class Conf:\n    HOST = "a"\nclass Conf:\n    pass\n', None),
        ('class Conf:\n    pass\nif DEBUG:\n    HOST = "a"\n', None),
        ("Conf = make()\n", None),
    ],
)
def test_a_constant_of_a_class(conf: str, expected: str | None) -> None:
    app = "import redis\nfrom shop import Conf\nredis.Redis(host=Conf.HOST)\n"
    files = {"shop/conf.py": conf, "shop/app.py": app.replace("shop import", "shop.conf import")}
    assert host(files) == expected
    assert host({**files, "shop/__init__.py": "from .conf import Conf\n", "shop/app.py": app}) == expected
    assert host({**files, "shop/app.py": "import redis\nfrom . import conf\nredis.Redis(host=conf.Conf.HOST)\n"}) == expected
    assert host({"shop/app.py": f"import redis\n{conf}redis.Redis(host=Conf.HOST)\n"}) == expected


def test_the_constant_stands_where_it_is_written() -> None:
    conf = '# é\nNAME: Final = "x"\nHOST: str = "redis://cache.internal:6379/0"  # where\n'
    found = repository({"shop/conf.py": conf, "shop/app.py": APP})
    (connection,) = next(facts for facts in found.facts if facts.path == "shop/app.py").modules[0].connections
    span = connection.host.span
    assert connection.host.is_("cache.internal")
    assert span is not None
    assert found.paths[span.file] == "shop/conf.py"
    assert conf[span.start : span.end] == '"redis://cache.internal:6379/0"'


@pytest.mark.parametrize(
    "conf",
    [
        'HOST = "a"\nHOST = "b"\n',
        'if DEBUG:\n    HOST = "a"\n',
        'HOST = "a"\nif DEBUG:\n    HOST = "b"\n',
        'HOST = "a"\nHOST += "b"\n',
        'HOST += "a"\n',
        'HOST = "a" + suffix\n',
        'HOST = "a" "b"\n',
        'HOST = f"a"\n',
        'HOST = "a" if DEBUG else "b"\n',
        '"""\nHOST = "a"\n"""\n',
        'HOST = "a"\nglobals()["HOST"] = "b"\n',
        'HOST = "a"\nfrom .other import HOST\n',
        "try:\n    from .other import HOST\nexcept ImportError:\n    pass\n",
        'HOST = os.environ["HOST"]\nfrom .other import *\n',
        "from nowhere import *\nfrom .other import *\n",
        'HOST = "a"\nfrom .other import *\n',
        'HOST = "a"\ntry:\n    from .local import *\nexcept ImportError:\n    pass\n',
        "from .other import *\nfrom .another import *\n",
        "from .app import HOST\n",
        "class Conf:\n    HOST = 'a'\n",
        "HOST = " + repr("a" * 500) + "\n",
    ],
)
def test_what_is_not_sure_stays_unknown(conf: str) -> None:
    others = {"shop/other.py": 'HOST = "other"\n', "shop/another.py": 'HOST = "another"\n'}
    assert host({"shop/conf.py": conf, "shop/app.py": APP, **others}) is None


@pytest.mark.parametrize(
    "app",
    [
        "import redis\nfrom .conf import HOST\ndef f(HOST):\n    redis.Redis(host=HOST)\n",
        "import redis\nfrom .conf import HOST\nHOST = make()\nredis.Redis(host=HOST)\n",
        "import redis\nfrom .conf import *\nfor HOST in hosts:\n    redis.Redis(host=HOST)\n",
        "import redis\nfrom .conf import settings\nredis.Redis(host=settings.HOST)\n",
        "import redis\nfrom elsewhere import HOST\nredis.Redis(host=HOST)\n",
    ],
)
def test_a_name_that_means_something_else(app: str) -> None:
    assert host({"shop/conf.py": 'HOST = "a"\n', "shop/app.py": app}) is None


def test_modules_of_one_name_in_two_roots_are_not_told_apart_from_outside() -> None:
    files = {
        "one/shop/conf.py": 'HOST = "one"\n',
        "two/shop/conf.py": 'HOST = "two"\n',
        "two/shop/app.py": APP,
        "tests/app.py": APP,
    }
    assert host(files, "two/shop/app.py") == "two"
    assert host(files, "tests/app.py") is None
    assert host({**files, "two/app.py": APP, "shop/conf.py": 'HOST = "three"\n'}, "two/app.py") is None


def chain(length: int) -> dict[str, str]:
    files = {f"shop/m{number}.py": f"from .m{number + 1} import HOST\n" for number in range(length)}
    return {**files, f"shop/m{length}.py": 'HOST = "end"\n', "shop/app.py": CLIENT.format(module=".m0", name="HOST")}


def test_re_exports_are_followed_a_few_steps() -> None:
    assert host(chain(4)) == "end"
    assert host(chain(40)) is None


def test_circles_end() -> None:
    files = {"shop/a.py": "from .b import *\n", "shop/b.py": "from .a import *\nfrom .b import HOST\n"}
    assert host({**files, "shop/app.py": CLIENT.format(module=".a", name="HOST")}) is None
    packages = {"shop/__init__.py": "from .conf import HOST\n", "shop/conf.py": 'from . import other\nHOST = "a"\n'}
    assert host({**packages, "shop/app.py": CLIENT.format(module="shop", name="HOST")}) == "a"


def test_names_of_hostile_length() -> None:
    long = ".".join(["a"] * 400)
    files = {"shop/app.py": f"import redis\nimport a\nredis.Redis(host={long}.HOST)\nredis.Redis(host={'H' * 100_000})\nfrom x import *\n"}
    assert [shown(one.host) for one in modules(files)["shop/app.py"].connections] == [None, None]


def test_django_settings_that_say_it_once() -> None:
    app = "import redis\nfrom django.conf import settings\nredis.Redis(host=settings.REDIS_HOST)\n"
    files = {"shop/settings.py": 'INSTALLED_APPS = []\nDATABASES = {}\nREDIS_HOST = "cache.internal"\n', "shop/app.py": app}
    assert host(files) == "cache.internal"
    assert host({**files, "shop/settings_local.py": 'from .settings import *\nINSTALLED_APPS = []\nREDIS_HOST = "x"\n'}) is None


def test_a_default_from_another_module_is_judged_by_the_variable() -> None:
    files = {
        "shop/conf.py": 'FALLBACK = "hunter2hunter2"\n',
        "shop/app.py": 'import os\nfrom .conf import FALLBACK\nkey = os.environ.get("SECRET_KEY", FALLBACK)\n',
    }
    (read,) = modules(files)["shop/app.py"].env_reads
    assert read.default.secret is not None
    assert shown(read.default) == "***"


HELPER = """
import os
def env(name, default=None):
    return os.environ.get(name, default)
def needed(name):
    return os.environ["SHOP_" + name]
"""


@pytest.mark.parametrize("init", ["", "from .conf import env, needed\n", "from .conf import *\n"])
def test_functions_of_another_module_that_read_the_environment(init: str) -> None:
    module = "shop" if init else "shop.conf"
    app = f'from {module} import env, needed\nenv("DEBUG", False)\nneeded("KEY")\nenv("PORT", default=8000)\nenv(*names)\n'
    files = {"shop/__init__.py": init, "shop/conf.py": HELPER, "web/app.py": app}
    assert reads(files, "web/app.py") == {"DEBUG": ("False", False), "SHOP_KEY": ("-", True), "PORT": ("8000", False)}
    assert modules(files)["web/app.py"].parsed


def test_methods_of_an_imported_module_of_helpers() -> None:
    files = {"shop/conf.py": HELPER, "shop/app.py": 'from . import conf\nconf.env("DEBUG", default="1")\nconf.other("X_Y")\n'}
    assert reads(files, "shop/app.py") == {"DEBUG": ("1", False)}


@pytest.mark.parametrize(
    "conf",
    [
        'from starlette.config import Config\nconfig = Config(".env")\n',
        "from decouple import AutoConfig\nconfig = AutoConfig()\n",
        "from decouple import config\n",
        "import environs\nconfig = environs.Env()\n",
    ],
)
def test_objects_of_packages_in_another_module(conf: str) -> None:
    app = 'from .conf import config\nconfig("KEY")\nconfig("DEBUG", default="1")\nconfig("PORT", cast=int)\nconfig(name)\n'
    files = {"shop/conf.py": conf, "shop/app.py": app}
    assert reads(files, "shop/app.py") == {"KEY": ("-", True), "DEBUG": ("1", False), "PORT": ("-", True)}


def test_methods_of_an_object_in_another_module() -> None:
    conf = "import environ\nconfig = environ.Env(DEBUG=(bool, False))\n"
    app = 'from .conf import config\nconfig.bool("DEBUG")\nconfig.str("KEY", "x")\nconfig.other("NAME")\n'
    assert reads({"shop/conf.py": conf, "shop/app.py": app}, "shop/app.py") == {"DEBUG": ("-", False), "KEY": ("x", False)}


def test_a_module_that_nobody_helps_is_not_parsed() -> None:
    switches = "import os\ndef switch(name):\n    return os.environ[name]\n"
    files = {"shop/conf.py": switches, "shop/app.py": 'from .other import switch\nswitch("DEBUG")\n'}
    assert not modules({**files, "shop/other.py": "def switch(name): ...\n"})["shop/app.py"].parsed
    helped = {**files, "shop/other.py": "from .conf import switch\n"}
    assert modules(helped)["shop/app.py"].parsed
    assert reads(helped, "shop/app.py") == {"DEBUG": ("-", True)}


BASE = """
from pydantic_settings import BaseSettings, SettingsConfigDict
class ExactSettings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="EXACT_", case_sensitive=True)
class AppSettings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="app_")
"""


def test_settings_classes_of_another_module() -> None:
    web = """
from pydantic import Field
from shop.base import AppSettings
class WebSettings(AppSettings):
    port: int = 80
    key: str
    named: str = Field(alias="Named")
class Plain:
    value: int = 1
"""
    admin = 'from .web import WebSettings\nclass AdminSettings(WebSettings, env_prefix="admin_"):\n    user: str\n'
    exact = "from shop.base import ExactSettings\nclass Settings(ExactSettings):\n    Mixed: str\n"
    files = {"shop/base.py": BASE, "shop/web.py": web, "shop/admin.py": admin, "shop/exact.py": exact}
    assert reads(files, "shop/web.py") == {"APP_PORT": ("80", False), "APP_KEY": ("-", True), "NAMED": ("-", True)}
    assert reads(files, "shop/admin.py") == {"ADMIN_USER": ("-", True)}
    assert reads(files, "shop/exact.py") == {"EXACT_Mixed": ("-", True)}


def test_a_class_that_only_sounds_like_settings() -> None:
    files = {
        "shop/base.py": "class AppSettings: ...\n",
        "shop/web.py": "import os\nfrom .base import AppSettings\nclass Web(AppSettings):\n    port: int = 80\n",
    }
    assert reads(files, "shop/web.py") == {}


def test_resolving_twice_changes_nothing() -> None:
    files = {"shop/conf.py": HELPER + 'HOST = "a"\n', "shop/app.py": APP + 'from .conf import env\nenv("X")\n'}
    facts = repository(files).facts
    assert [len(module.env_reads) for unit in resolved(facts) for module in unit.modules] == [
        len(module.env_reads) for unit in facts for module in unit.modules
    ]


NAMES = st.sampled_from(["HOST", "OTHER"])
LINE = st.one_of(
    st.builds("from .{} import {}".format, st.sampled_from("abc"), NAMES),
    st.builds("from .{} import *".format, st.sampled_from("abc")),
    st.builds('{} = "{}"'.format, NAMES, st.sampled_from("xyz")),
)


@settings(max_examples=150, deadline=None)
@given(st.fixed_dictionaries({name: st.lists(LINE, max_size=3) for name in "abc"}))
def test_a_resolved_constant_is_what_python_finds(lines: dict[str, list[str]]) -> None:
    """Where linking gives a name a value, an interpreter gives it the same, if it imports the modules at all."""
    files = {f"shop/{name}.py": "".join(f"{line}\n" for line in body) for name, body in lines.items()}
    found = host({**files, "shop/app.py": CLIENT.format(module=".a", name="HOST")})
    try:
        expected = executed(lines, "a", ()).get("HOST")
    except ImportError:
        return
    assert found in (None, expected)


def executed(lines: dict[str, list[str]], name: str, loading: tuple[str, ...]) -> dict[str, str]:
    """Return the names of a module as Python would bind them; raises ImportError for circles and missing names."""
    if name in loading:
        raise ImportError(name)
    bound: dict[str, str] = {}
    for line in lines[name]:
        if line.startswith("from"):
            _, module, _, imported = line.split()
            inner = executed(lines, module[1:], (*loading, name))
            if imported != "*" and imported not in inner:
                raise ImportError(imported)
            bound.update(inner if imported == "*" else {imported: inner[imported]})
        else:
            target, _, text = line.partition(" = ")
            bound[target] = text.strip('"')
    return bound


EVERYTHING = {
    "shop/conf.py": HELPER + 'HOST = "db.internal"\nclass Conf:\n    URL = "redis://cache.internal"\n',
    "shop/base.py": BASE,
    "shop/__init__.py": "from .conf import *\n",
    "shop/app.py": APP + 'from shop import Conf, env, needed\nredis.Redis(Conf.URL)\nenv("DEBUG", HOST)\nneeded("KEY")\n',
    "shop/web.py": "from .base import AppSettings\nclass WebSettings(AppSettings):\n    port: int = 80\n",
}


def values(facts: tuple[Facts, ...]) -> set[object]:
    """Return what is known of the reads and clients of all modules, each with its place."""
    modules = [module for unit in facts for module in unit.modules]
    reads = {(read.span, read.name.known(None), read.default.known(None)) for one in modules for read in one.env_reads}
    return reads | {(client.span, client.host.known(None)) for one in modules for client in one.connections}


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_linking_makes_nothing_of_the_unknown(data: st.DataObject) -> None:
    """A value that is made unknown before linking may only leave others unknown."""
    tree = MemoryTree(EVERYTHING)
    files, units = TreeFiles(tree), discover(tree, ())
    facts = completed(units, [read_unit(unit, files) for unit in units], lambda unit: read_unit(unit, files, thorough=True))
    counting = Blanking(frozenset())
    counting(facts)
    chosen = data.draw(st.frozensets(st.integers(1, counting.seen), min_size=1, max_size=6))
    known = values(resolved(facts))
    for found in values(resolved(Blanking(chosen)(facts))):
        assert isinstance(found, tuple)
        assert any(
            found[0] == other[0] and all(one in (None, two) for one, two in zip(found, other, strict=True) if one != found[0])
            for other in known
            if isinstance(other, tuple) and len(other) == len(found)
        )
