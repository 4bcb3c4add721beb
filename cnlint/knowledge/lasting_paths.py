"""Paths in a container: which are for what passes, which a volume may keep.

Source for those of the system: <https://refspecs.linuxfoundation.org/FHS_3.0/fhs/index.html>; those of applications are habit.
"""

from __future__ import annotations

import posixpath

from cnlint.patterns import lazy

_PASSING = lazy(r"(?:/var)?/(?:tmp|run)(?:/|$)|/(?:dev|proc|sys)/|.*(?:^|/)(?:tmp|temp|cache|\.cache)/|.*\.(?:log|pid|sock|lock)$")
_WORD = lazy(r"[a-z]+")
_HANDED_OVER = frozenset(
    """assets backup backups build cache caches cert certbot certificates certs conf config dist dumps export exports html htdocs keys
    letsencrypt log logs modules nginx packages public secrets socket sockets ssl static staticfiles tls venv www""".split()
)
_HOMES = frozenset({"/app", "/code", "/src", "/srv", "/usr/src/app", "/opt/app", "/workspace"})


def is_passing(path: str) -> bool:
    """Tell whether a path is for files that nobody expects to last: temporary folders, caches, devices, pid and log files."""
    return bool(_PASSING.match(path))


def is_handed_over(path: str) -> bool:
    """Tell whether a path is named for what one program writes once and others read: static files, certificates, logs, caches."""
    return not _HANDED_OVER.isdisjoint(_WORD.findall(path.lower()))


def may_lie_in(path: str, mount: str, start: str = "") -> bool:
    """Tell whether a path may lie in a mounted folder.

    A relative one may lie in any whose last part it passes through, and in those that hold the folder `start` that a process starts in.
    """
    if path.startswith("/"):
        return f"{posixpath.normpath(path)}/".startswith(f"{mount.rstrip('/')}/")
    if mount.rstrip("/") in _HOMES or (start and may_lie_in(start, mount)):
        return True
    return mount.rstrip("/").rpartition("/")[2] in path.split("/")[:-1]
