"""Programs of build steps that read no variable which an application makes up for itself, and names of variables that libraries make up.

What package managers run while they install (`setup.py`, build backends) reads variables of its own libraries and of compilers.
"""

from __future__ import annotations

_NEUTRAL = frozenset(
    """apt apt-get apt-key apk add-apt-repository dpkg dpkg-reconfigure yum dnf microdnf rpm pip pip3 uv poetry pipenv pdm python python3 manage.py
    django-admin compileall adduser useradd usermod groupadd groupmod addgroup chown chmod chgrp chsh passwd install mkdir rmdir rm ln cp mv touch cd set
    unset export echo printf cat head tail cut tr sort awk grep egrep sed find xargs test [ [[ true false : exit id whoami which command type arch uname
    dirname basename ls pwd tar unzip gunzip gzip xz curl wget gpg sha256sum sha512sum md5sum ldconfig update-ca-certificates locale-gen update-locale
    fc-cache setcap strip sleep date tee sync ldd file""".split()
)
_OF_LIBRARIES = (
    "_HOME", "_DIR", "_DIRS", "_FOLDER", "_PATH", "_ROOT", "_DATA", "_CACHE", "_VERSION", "_REVISION", "_SHA", "_COMMIT", "_DATE", "DIR", "PATH",
    "FLAGS", "FRONTEND",
)  # fmt: skip
"""Endings of names by which a library nobody names (a dependency of a dependency) finds its files, and of what an image says of itself."""


def is_neutral(program: str) -> bool:
    """Tell whether a program of a build step reads no variable of the application but through code of its own."""
    return program in _NEUTRAL


def may_be_of_library(name: str) -> bool:
    """Tell whether an image may set a variable of this name for a library that no manifest names, or to say what it is."""
    return name.endswith(_OF_LIBRARIES) or name in ("VERSION", "REVISION", "COMMIT", "CC", "CXX")
