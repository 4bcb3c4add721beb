"""Settings and variables that switch a framework's debugger on."""

from __future__ import annotations

_TRUE = frozenset({"1", "true", "yes", "on", "y", "t"})
_FALSE = frozenset({"0", "false", "no", "off", "n", "f"})

_VARIABLES: dict[str, frozenset[str]] = {
    "FLASK_DEBUG": _TRUE,
    "FLASK_ENV": frozenset({"development"}),
    "QUART_DEBUG": _TRUE,
    "DJANGO_DEBUG": _TRUE,
    "APP_DEBUG": _TRUE,
    "GIN_MODE": frozenset({"debug"}),
}
"""Variables that a framework, or the convention around it, reads, and the values that switch its debugger on.

Sources: <https://flask.palletsprojects.com/en/stable/config/#DEBUG> (FLASK_ENV until Flask 2.2:
<https://flask.palletsprojects.com/en/2.2.x/config/#ENV>), <https://quart.palletsprojects.com/en/latest/how_to_guides/configuration/>,
<https://docs.djangoproject.com/en/5.2/ref/settings/#debug>, <https://laravel.com/docs/configuration#debug-mode>,
<https://pkg.go.dev/github.com/gin-gonic/gin#SetMode>.
"""


def is_true(text: str) -> bool:
    """Tell whether a text is one that programs take for true in a variable."""
    return text.strip().lower() in _TRUE


def is_false(text: str) -> bool:
    """Tell whether a text is one that people write into a variable to switch something off."""
    return text.strip().lower() in _FALSE


def debugs(name: str, text: str) -> bool:
    """Tell whether a variable of this name and value switches the debugger of a framework on."""
    return text.strip().lower() in _VARIABLES.get(name.upper(), ())
