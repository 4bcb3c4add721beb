"""What makes a secret that is another one each time: functions of Python, programs of a shell.

Sources: <https://docs.python.org/3/library/secrets.html>, <https://docs.python.org/3/library/os.html#os.urandom>,
<https://docs.python.org/3/library/uuid.html#uuid.uuid4>, <https://cryptography.io/en/latest/fernet/#cryptography.fernet.Fernet.generate_key>,
<https://github.com/django/django/blob/main/django/core/management/utils.py>, <https://docs.openssl.org/master/man1/openssl-rand/>
"""

from __future__ import annotations

from cnlint.patterns import lazy

FERNET = "cryptography.fernet.Fernet.generate_key"
GENERATORS = frozenset(
    {
        "secrets.token_bytes",
        "secrets.token_hex",
        "secrets.token_urlsafe",
        "os.urandom",
        "uuid.uuid4",
        "django.core.management.utils.get_random_secret_key",
        "django.utils.crypto.get_random_string",
        FERNET,
    }
)
_LAST_WORDS = tuple(sorted({name.rpartition(".")[2] for name in GENERATORS}))
_GIVEN = lazy(
    rf"(?i)(?:secret|key)\w{{0,40}}[\"'\]]{{0,2}}\s{{0,20}}(?::[^=\n]{{0,60}})?=(?!=)[\s\S]{{0,200}}?\b(?:{'|'.join(_LAST_WORDS)})\b"
)
_KEY = lazy(
    r"(?:\w*_)?(?:SECRET_?KEY(?:_BASE)?|(?:JWT|SESSION|COOKIE|CSRF|TOKEN|AUTH|APP)_?SECRET|(?:JWT|SIGNING|ENCRYPTION|FERNET|COOKIE|SESSION)_?KEY)$"
)
_SHELL = (
    r"\$\(\s*(?:openssl\s+rand|uuidgen|pwgen|cat\s+/proc/sys/kernel/random/uuid|(?:LC_\w+=\S*\s+)?(?:head|cat|dd|tr|od)\b[^;&]*/dev/u?random"
    r"|python3?\s+-c\s[^)]*(?:secrets|urandom|get_random_secret_key))"
)
_MADE = lazy(_SHELL)
_MADE_UNLESS = lazy(r"\$\{(?P<variable>\w+):?[-=]\"?" + _SHELL)


def may_generate(text: str) -> bool:
    """Tell whether code may give a key what one of the functions makes."""
    return any(word in text for word in _LAST_WORDS) and bool(_GIVEN.search(text))


def is_key(name: str) -> bool:
    """Tell whether a name is that of a key that signs or encrypts what other processes read: `SECRET_KEY`, `JWT_SECRET`."""
    return bool(_KEY.match(name.upper()))


def generated_by_shell(text: str) -> str | None:
    """Return the variable that comes before a secret that a shell makes, empty for none; None where it makes no secret."""
    if _MADE.match(text):
        return ""
    unless = _MADE_UNLESS.match(text)
    return unless["variable"] if unless is not None else None
