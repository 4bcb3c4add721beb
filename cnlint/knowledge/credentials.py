"""Which texts in code are credentials.

In a manifest `PASSWORD: postgres` is a password. In code most texts that are given to such a name are something else:
an error code, the name of a field, a route, a sentence, a header. `is_credential` tells them apart, and answers no
where it is not sure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise

from cnlint.knowledge.secrets import entropy, is_secret_name, judge, strength, words
from cnlint.patterns import lazy

_MINIMUM = 6
_GENERATED = 16
_IDENTIFIER = lazy(r"[A-Za-z_][\w.-]{0,79}$")
_PROSE = lazy(r"[\s\\<>{}`]|[(\[].*[)\]]|%[sd(]|\.\*|://|^[/.~]|::|^@|\.\w{1,5}$")
SIGNING_KEYS = frozenset("SECRET_KEY JWT_SECRET_KEY JWT_SECRET FLASK_SECRET_KEY DJANGO_SECRET_KEY SESSION_SECRET SECRET_KEY_BASE".split())
_PASSWORDS = frozenset({"password", "passwd", "pwd", "pass", "passphrase", "pgpassword"})
_SERVICES = frozenset(
    """db database postgres postgresql pg mysql mariadb mongo mongodb redis rabbit rabbitmq amqp broker celery kafka elastic elasticsearch es
    smtp mail email ldap admin root sql sqlserver mssql oracle neo4j clickhouse cassandra influxdb influx memcached minio s3 ftp sftp ssh
    grafana api app web server service default""".split()
)
_SEPARATORS = frozenset("-_./: ")
_COMPANIONS = frozenset(
    "user username login usr uid host hostname server database dbname db port account user_name db_name db_user db_host".split()
)
_LABELS = frozenset(
    """password passwd pwd pass passphrase secret secrets token tokens key keys credential credentials auth oauth bearer basic jwt api access
    private public client session cookie csrf xsrf refresh login user username email name field value text string str hidden input header id
    url uri sha md hs rs es ps bcrypt argon pbkdf scrypt blake hmac aes rsa utf base http https ec gcm cbc x v none null true false default
    change reset new old confirm repeat again otp totp mfa sso saml ldap plain required optional invalid missing role admin type file path""".split()
)
_UNREAL = frozenset("dummy fake test tests testing mock mocked example sample demo placeholder initial wrong bad bogus".split())


def is_credential(text: str, name: str, beside: Iterable[str] = ()) -> bool:
    """Tell whether a text in code, given to `name`, is a credential.

    `beside` are the names of what is given along with it (other arguments of the call, other keys of the dictionary):
    a plain word is a password only next to a user or a host.
    """
    if judge(text) is not None:
        return True
    parts = words(name)
    if not _IDENTIFIER.match(name) or judge(text, name) is None or _UNREAL.intersection(parts) or strength(text) == "placeholder":
        return False
    if name in SIGNING_KEYS or (name.endswith("_SECRET_KEY") and name.isupper()):
        names_a_key = name not in SIGNING_KEYS and set(words(text)) <= set(parts[:-2])
        return (not re.search(r"\s", text) or _is_scrambled(text)) and not names_a_key and not ("_" in text and is_secret_name(text))
    if is_generated(text):
        return True
    return (
        len(text) >= _MINIMUM and not _PROSE.search(text) and _is_guessable(text, name, parts, frozenset(other.lower() for other in beside))
    )


def is_generated(text: str) -> bool:
    """Tell whether a text was made by a machine: long, without spaces, its kinds of characters mixed as words never mix them."""
    if len(text) < _GENERATED or re.search(r"\s|\\", text) or not re.search(r"\d", text) or not re.search(r"[A-Za-z]", text):
        return False
    return _changes(text) >= len(text) / 5 and entropy(text) >= 3.2


def _is_scrambled(text: str) -> bool:
    """Tell whether a text with spaces is no sentence: digits and signs all over it."""
    return len(text) >= _GENERATED and bool(re.search(r"\d", text)) and bool(re.search(r"[^\w\s]", text)) and entropy(text) >= 4


def _changes(text: str) -> int:
    """Count where one kind of character follows another, separators apart."""
    return sum(_kind(left) != _kind(right) and not {left, right} & _SEPARATORS for left, right in pairwise(text))


def _kind(character: str) -> int:
    return 0 if character.islower() else 1 if character.isupper() else 2 if character.isdigit() else 3


def _is_guessable(text: str, name: str, parts: tuple[str, ...], beside: frozenset[str]) -> bool:
    """Tell whether a short text is a password that somebody thought of: `hunter2`, `admin123`; `postgres` next to a user."""
    spelled = words(text)
    letters = {word for word in spelled if not word.isdigit()}
    if letters and letters <= (_LABELS | set(parts)):
        return False
    in_context = bool(_COMPANIONS.intersection(beside)) or (name.isupper() and bool(_SERVICES.intersection(parts)))
    has_digits = any(character.isdigit() for character in text)
    if parts[-1] not in _PASSWORDS and not (len(parts) == 1 and has_digits) and _changes(text) < 4:
        return False
    if re.search(r"[-_./:]", text):
        return False
    return in_context or (has_digits and bool(re.search(r"[A-Za-z]", text)))
