"""Sessions are kept in the memory or on the disk of one process.

The next request may reach another process, and a restart or deploy takes the sessions away: users are logged out at random as
soon as there is a second copy. Keep sessions in a store that all processes share (a database, Redis), or in signed cookies.

Django's default (the database), signed cookies and cached sessions in front of a database are fine. Settings for tests, and
those that another settings module or a later line may replace, are left alone; in a file or a branch for development it is a note.

## Example

```python
SESSION_ENGINE = "django.contrib.sessions.backends.file"       # bad
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"  # good
```

See also: <https://12factor.net/processes>,
<https://docs.djangoproject.com/en/5.2/topics/http/sessions/#configuring-the-session-engine>,
<https://flask-session.readthedocs.io/en/latest/config.html>
"""

from collections.abc import Iterator

from cnlint.api import Finding, Module, Setting, SettingsChain, Severity, check, is_auxiliary, is_for_development

_ENGINES = "django.contrib.sessions.backends."
_LOCAL_CACHES = {
    "django.core.cache.backends.locmem.LocMemCache": "in the memory of one process",
    "django.core.cache.backends.filebased.FileBasedCache": "on the disk of one container",
    "django.core.cache.backends.dummy.DummyCache": "nowhere",
}


@check("CN0601", tier="core", severity="warning")
def in_memory_session(setting: Setting, module: Module, chain: SettingsChain | None) -> Iterator[Finding]:
    """Report the setting that keeps sessions in one process."""
    where = _django_place(setting, module) or _flask_place(setting, module)
    if where and not is_auxiliary(module.path) and not (chain is not None and chain.may_replace(setting)):
        severity: Severity | None = "note" if setting.guarded or is_for_development(module.path, setting.scope) else None
        yield Finding(setting.value, f"sessions are kept {where}: other processes do not know them", about=setting.name, severity=severity)


def _django_place(setting: Setting, module: Module) -> str:
    """Return where Django keeps sessions, if only one process reaches it."""
    if setting.name != "SESSION_ENGINE":
        return ""
    if setting.value.is_(f"{_ENGINES}file"):
        return "on the disk of one container"
    if not setting.value.is_(f"{_ENGINES}cache"):
        return ""
    aliases = [other.value for other in module.settings if other.name == "SESSION_CACHE_ALIAS"]
    if any(not alias.is_known for alias in aliases):
        return ""
    alias = aliases[-1].known("") if aliases else "default"
    backends = [other.value for other in module.settings if other.name == f"CACHES.{alias}.BACKEND"]
    places = {_LOCAL_CACHES.get(backend.known("")) for backend in backends}
    return next(iter(places)) or "" if len(places) == 1 else ""


def _flask_place(setting: Setting, module: Module) -> str:
    """Return where Flask-Session keeps sessions, if only one process reaches it."""
    uses_extension = any(name.name.partition(".")[0] == "flask_session" for name in module.imports)
    in_config = setting.framework == "flask" or setting.scope.endswith(("Config", "Settings")) or uses_extension
    return "on the disk of one container" if setting.name == "SESSION_TYPE" and in_config and setting.value.is_("filesystem") else ""
