"""What a process counts or locks in its own memory, where others of its kind do not see it."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from cnlint.knowledge.code_roles import is_auxiliary, is_for_development
from cnlint.model.module import Module, ProcessState, Setting
from cnlint.model.system import Process, Repository, SettingsChain
from cnlint.repository.settings import may_be_replaced_unseen
from cnlint.source import Span

_IN_MEMORY = "django.core.cache.backends.locmem.LocMemCache"
_BACKEND = "CACHES.default.BACKEND"
_RATES = "REST_FRAMEWORK.DEFAULT_THROTTLE_RATES."
"""Counted in the default cache: <https://www.django-rest-framework.org/api-guide/throttling/#setting-up-the-cache>."""
_STORE_SETTINGS = frozenset({"RATELIMIT_STORAGE_URI", "RATELIMIT_STORAGE_URL"})
_STORE_VARIABLES = ("RATELIMIT_STORAGE_URL", "RATELIMIT_STORAGE_URI", "FLASK_RATELIMIT_STORAGE_URI")


class LocalCache(Struct, frozen=True):
    """Django's default cache where it is certainly in the memory of each process; `span` is what says so, None where nothing says another."""

    span: Span | None


def memory_limiters(process: Process) -> Iterator[tuple[Module, ProcessState]]:
    """Yield the limiters of requests that certainly count in the memory of a process."""
    if not all(one.read for one in process.may_load) or not all(process.environment.lacks(name) for name in _STORE_VARIABLES):
        return
    if any(setting.name in _STORE_SETTINGS for one in process.may_load for setting in one.settings):
        return
    for module, state in _states(process, "limits"):
        if state.shared.is_absent or state.shared.satisfies(lambda uri: uri.startswith(("memory://", "async+memory://"))):
            yield module, state


def counted_in_cache(process: Process) -> Iterator[tuple[str, Span]]:
    """Yield what a process certainly has Django's default cache count or lock, in words, and where."""
    for _, state in _states(process, "counts"):
        yield state.name, state.span
    for module in process.modules:
        rates = [one for one in module.settings if one.name.startswith(_RATES) and one.value.is_known and not _is_conditional(one)]
        if rates and not is_for_development(module.path):
            yield "rate limits of REST framework", rates[0].span


def local_cache(process: Process, repository: Repository) -> LocalCache | None:
    """Return the default cache of a Django process where it is certainly in its memory: by its settings, or because none say another.

    Source: <https://docs.djangoproject.com/en/5.2/ref/settings/#caches>
    """
    if not all(one.read for one in process.may_load):
        return None
    settings = [one for module in process.may_load for one in module.settings]
    stated = [one for one in settings if one.name == "CACHES" or one.name.startswith("CACHES.default")]
    root = next((module for module in process.modules if any(one.name == "ROOT_URLCONF" for one in module.settings)), None)
    holders = [module for module in process.modules if any(one.name == _BACKEND for one in module.settings)]
    if root is None or any(_is_open(module, process, repository) for module in (root, *holders)):
        return None
    exported = [one.name for module in process.may_load for one in module.exports]
    if "CACHES" not in exported and not any(one.name.partition(".")[0] == "CACHES" for one in settings):
        return LocalCache(None)
    backends = [one for one in stated if one.name == _BACKEND]
    others = [one for one in stated if one.name == "CACHES" and any(one.span.start >= backend.span.start for backend in backends)]
    only = backends[0] if len(backends) == 1 and not others else None
    certain = only is not None and only.value.is_(_IN_MEMORY) and not _is_conditional(only) and bool(holders)
    return LocalCache(only.value.span or only.span) if only is not None and certain else None


def _is_open(module: Module, process: Process, repository: Repository) -> bool:
    """Tell whether settings of a module may come from where nobody looks."""
    chain = next((one for one in repository.links.get(id(module), ()) if isinstance(one, SettingsChain)), None)
    return chain is None or chain.open or bool(chain.unseen) or may_be_replaced_unseen(module, process)


def _is_conditional(setting: Setting) -> bool:
    return setting.guarded or setting.possible or bool(setting.environment)


def _states(process: Process, kind: str) -> Iterator[tuple[Module, ProcessState]]:
    for module in process.modules:
        if not is_auxiliary(module.path):
            for state in module.process_states:
                if state.kind == kind and not is_for_development(module.path, state.scope):
                    yield module, state
