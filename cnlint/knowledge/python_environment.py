"""How Python code reads environment variables: the standard library's functions, and those of configuration packages.

Sources: <https://docs.python.org/3/library/os.html#os.environ>, <https://django-environ.readthedocs.io/en/latest/api.html>,
<https://pypi.org/project/python-decouple/>, <https://pypi.org/project/prettyconf/>, <https://pypi.org/project/environs/>,
<https://pypi.org/project/dj-database-url/>, <https://starlette.dev/config/>, <https://www.dynaconf.com/configuration/>,
<https://flask.palletsprojects.com/en/stable/api/#configuration>, <https://pypi.org/project/python-dotenv/>,
<https://docs.celeryq.dev/en/stable/userguide/application.html#configuration>,
<https://click.palletsprojects.com/en/stable/options/#values-from-environment-variables>,
<https://pypi.org/project/ConfigArgParse/>.
"""

from __future__ import annotations

from typing import NamedTuple


class EnvFunction(NamedTuple):
    """A function that reads a variable: the keyword of its name (the first argument), the position of its default.

    `required` where it fails without the variable and without a default.
    """

    keyword: str
    default: int
    required: bool


class PrefixReader(NamedTuple):
    """A call that takes every variable that begins with a prefix: where that is given, and what it is otherwise."""

    keywords: tuple[str, ...]
    position: int
    otherwise: str


ENVIRONMENTS = frozenset({"os.environ", "os.environb"})
"""The mappings that are the environment."""

COPIES = frozenset({"os.environ.copy()", "os.environb.copy()"})
"""Copies of it: what is missing there may have been put in."""

_METHODS = {"get": False, "pop": True, "setdefault": False}
_CONFIGURED = EnvFunction("option", 1, True)
_STARLETTE = EnvFunction("key", 2, True)

FUNCTIONS: dict[str, EnvFunction] = {
    "os.getenv": EnvFunction("key", 1, False),
    "os.getenvb": EnvFunction("key", 1, False),
    **{
        f"{environment}.{method}": EnvFunction("key", 1, required and environment in ENVIRONMENTS)
        for environment in (*ENVIRONMENTS, *COPIES)
        for method, required in _METHODS.items()
    },
    **dict.fromkeys(
        ("decouple.config", "decouple.AutoConfig()", "decouple.Config()", "decouple.Config().get", "prettyconf.config"), _CONFIGURED
    ),
    "prettyconf.Configuration()": EnvFunction("item", 1, True),
    "starlette.config.Config()": _STARLETTE,
    "starlette.config.Config().get": _STARLETTE,
    "dj_database_url.config": EnvFunction("env", 1, False),
}
"""Functions by their full name; `()` stands for an object that a call made."""

READERS = frozenset({"environ.Env()", "environ.FileAwareEnv()", "environs.Env()", "environs.FileAwareEnv()", "environs.env"})
"""Objects of django-environ and environs, which are called or have a method for each type."""

TYPED = frozenset(
    """str bool int float bytes json list tuple dict url decimal log_level path date datetime time timedelta uuid enum db db_url
    dj_db_url cache cache_url dj_cache_url email email_url dj_email_url search_url channels channels_url unicode get_value""".split()
)
"""Their methods."""

CAST_SECOND = frozenset({"list", "tuple", "dict", "get_value"})
"""Those of django-environ whose second argument is a type, and the third a default: as when the object itself is called."""

IMPLIED = {
    **dict.fromkeys(("db", "db_url"), "DATABASE_URL"),
    **dict.fromkeys(("cache", "cache_url"), "CACHE_URL"),
    **dict.fromkeys(("email", "email_url"), "EMAIL_URL"),
    **dict.fromkeys(("channels", "channels_url"), "CHANNELS_URL"),
    "search_url": "SEARCH_URL",
}
"""The variable that a method of django-environ reads where none is named."""

PREFIXED: dict[str, PrefixReader] = {
    "dynaconf.Dynaconf": PrefixReader(("envvar_prefix", "ENVVAR_PREFIX_FOR_DYNACONF"), -1, "DYNACONF"),
    "dynaconf.LazySettings": PrefixReader(("envvar_prefix", "ENVVAR_PREFIX_FOR_DYNACONF"), -1, "DYNACONF"),
    "dynaconf.FlaskDynaconf": PrefixReader(("envvar_prefix", "ENVVAR_PREFIX_FOR_DYNACONF", "ENVVAR_PREFIX"), -1, "FLASK"),
    "dynaconf.DjangoDynaconf": PrefixReader(("envvar_prefix", "ENVVAR_PREFIX_FOR_DYNACONF"), -1, "DJANGO"),
}
"""Calls that read all variables of a prefix; `False` for it means all variables."""

FLASK_PREFIXED = PrefixReader(("prefix",), 0, "FLASK")
"""`app.config.from_prefixed_env`."""

CONFIGURATIONS = "configurations.values."
"""Where django-configurations has its types of settings that read a variable: <https://django-configurations.readthedocs.io/en/stable/values/>."""

CONFIGURED_NAMES = {
    "DatabaseURLValue": "DATABASE_URL",
    "CacheURLValue": "CACHE_URL",
    "EmailURLValue": "EMAIL_URL",
    "SearchURLValue": "SEARCH_URL",
}
"""Those of them that read a variable of their own, without a prefix."""

EXPANDING = frozenset({"os.path.expandvars"})
"""Functions that put variables into a text, and leave those that are not set: <https://docs.python.org/3/library/os.path.html#os.path.expandvars>."""

ENV_FILES: dict[str, tuple[str, int]] = {
    "dotenv.load_dotenv": ("dotenv_path", 0),
    "dotenv.dotenv_values": ("dotenv_path", 0),
    "dotenv.main.load_dotenv": ("dotenv_path", 0),
    "dotenv.main.dotenv_values": ("dotenv_path", 0),
    **dict.fromkeys(("environ.Env.read_env", "environ.Env().read_env", "environ.FileAwareEnv.read_env"), ("env_file", 0)),
    **dict.fromkeys(("environs.Env.read_env", "environs.Env().read_env", "environs.env.read_env"), ("path", 0)),
    **dict.fromkeys(("dotenv.get_key", "dotenv.main.get_key"), ("dotenv_path", 0)),
    "decouple.RepositoryEnv": ("source", 0),
    "starlette.config.Config": ("env_file", 0),
}
"""Calls that read variables from an env file: the keyword and position of its path."""

SEARCHING = frozenset(ENV_FILES) - {"decouple.RepositoryEnv", "starlette.config.Config", "dotenv.get_key", "dotenv.main.get_key"}
"""Those of them that look for a `.env` themselves where they are given no path."""
