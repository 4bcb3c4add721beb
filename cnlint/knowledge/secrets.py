"""What is a secret, judged once, when a string is read.

`protect` is the one door through which strings enter facts. It never lets a secret through: what comes out holds the
redacted text and a `Secret` that describes it.

Sources: the token shapes are those that the providers document for secret scanning
(<https://docs.github.com/en/code-security/secret-scanning/introduction/supported-secret-scanning-patterns>,
<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html>).
"""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from itertools import pairwise
from math import log2
from os import urandom

from cnlint.knowledge.secret_generators import generated_by_shell
from cnlint.patterns import lazy
from cnlint.source import Span
from cnlint.values import Secret, Strength, Value, stated

_salt = urandom(16)
"""What digests are made with, so that they tell nothing: of one run, or of all runs that share a cache."""

_WORDS = lazy(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_SECRET_WORDS = frozenset("password passwd passwords pgpassword pwd passphrase secret secrets token apikey credential credentials".split())
_PASSWORD_WORDS = frozenset("password passwd passwords pgpassword pwd passphrase".split())
_SECRET_PAIRS = frozenset(
    {("api", "key"), ("access", "key"), ("private", "key"), ("secret", "key"), ("signing", "key"), ("encryption", "key"), ("account", "key"),
     ("master", "key"), ("auth", "key"), ("connection", "string"), ("conn", "string")}
)  # fmt: skip
_PASS_OF = frozenset(
    """auth db root user default admin smtp mail email mysql mariadb postgres pg redis rabbitmq mq amqp mongo ftp ldap http initial login
    database""".split()
)
"""Whose `pass` is a password: `DB_PASS`. That of a proxy is more often an address (nginx: `proxy_pass`)."""
_OWN = lazy(r"(?i)(?<!client_)secret|sign|encrypt")
"""Names of keys that an application makes up for itself."""
_KEPT_IN_FILES = (("key",), ("keystore",), ("truststore",))
"""Whose `credentials` are the name of a file: `KAFKA_SSL_KEYSTORE_CREDENTIALS` of Confluent's images
(<https://docs.confluent.io/platform/current/kafka/authentication_ssl.html>)."""
_NOT_WORDS = frozenset(
    """file files path paths dir name names id ids url uri urls endpoint host ttl expiry expires expiration expire expired length len
    enabled enable disabled disable header headers field fields type types arn arns version policy policies min max prefix suffix
    algorithm alg rotation count timeout lifetime age hint regex pattern validator validators validation label param params parameter
    required allow random generate generator hasher hashers encoder reset form template view views serializer class column
    table schema model models size limit limits budget usage cost provider providers backend backends store manager service refresh
    seconds minutes hours days interval duration issuer audience scope scopes algo format mode use tokenizer public location
    placeholder example sample error errors message msg text title description page button input ref reference username user
    mount target source key_name selector index position number num env
    change confirm confirmation again repeat strength rule rules requirement requirements check help icon widget event events action actions
    permission permissions kind status state role roles list copy owner owners team teams subject multiline short simple similar common numeric
    jaas config configuration conf restriction mode method methods grant flow callback redirect warning invalid missing threshold throttle rate rates ratelimit ratelimits window period bucket buckets quota last hash hashes digest salt rounds prompt choice choices""".split()
)
_NOT_FIRST = frozenset(
    """allow random enable disable reset required require use invalid missing wrong expired forgot change set error hide hidden grant has is show no
    validate check get create update delete ask prompt generate verify confirm""".split()
)
_ENDINGS = ("ed", "ing")
_PLACEHOLDER = lazy(
    r"""(?ix) ^(?: change[-_\s]?(?:me|this|it)\S* | \S*change[-_]?me\S* | _*replace\S* | \S*placeholder\S* | your[-_\s.]?\S*.* | my[-_]\S+ | (?:x{3,}|\*{3,}|\.{3,}|-+|_+)
    | invalid | something\S* | user[-_]provided | \S*x{6,}\S*
    | <.*> | \[.*\] | \{\{.*\}\} | %.*% | \S*example\S* | \S*dummy\S* | \S*sample\S* | \S*fake\S* | todo | tbd | fixme | none | null | nil | undefined | n/?a
    | insert\S* | enter\S* | put\S+here | \S*[-_]here | choose[-_\s]?(?:an?|one|some|your)[-_\s]?.* | \S*your[-_]?own\S* | (?-i:[A-Z]{2,}_?PW\d?) | (?-i:(?:\w+-)?[A-Z_]+(?:KEY|TOKEN|SECRET|PASSWORD)) | not[-_]?(?:a[-_]?)?(?:real|secret|set|used|needed)\S* | (?!django-insecure-)\S*insecure\S* | \S*redacted\S* | \S*denied\S* )$"""
)
_TOKEN_PLACEHOLDER = lazy(r"[Mm]y[A-Z]\w*(?:Token|Key|Secret)$")
_REFERENCE = lazy(
    r"^(?:\$\$?\.[A-Za-z]|%[A-Za-z_][\w.():]*%|\$\(\w+\)|\$\{?\w+\}?|\$\{[^}]*\}|%\(\w+\)s|arn:|\{\{|@Microsoft\.\w+\(|ENC\[|vault:|ref\+|ssm:|op://|secretKeyRef|projects/[^/]+/secrets/|encrypted:|sops:|AQICAH)"
)
_NOT_SECRET = lazy(
    r"(?i)^(?:true|false|yes|no|on|off|null|none|managedidentity|0x[0-9a-f]{40}|[~.]?/\S*|\./\S*|[a-z][a-z0-9+.-]*://(?![^/@\s]*:[^/@\s]+@)\S*|(?:[\w.%${}()-]+/)*[\w.-]+\.(?:txt|pem|key|crt|json|ya?ml|conf))$"
)
"""What is no secret whatever its name: switches, paths, addresses, among them those of Ethereum (`TOKEN_ADDRESS`), which are public."""
_DSN = lazy(r"(?P<head>(?<![A-Za-z0-9+.-])[A-Za-z0-9+.-]++://[^\s:/@'\"]*+:)(?P<secret>[^\s/@'\"]+)(?=@)")
_SHAPES = lazy(
    r"""(?x)
      (?P<aws>(?<![A-Za-z0-9/+=])(?:AKIA|ASIA)[0-9A-Z]{16}(?![0-9A-Za-z]))
    | (?P<github>\bgh[pousr]_[A-Za-z0-9]{36,}\b|\bgithub_pat_[A-Za-z0-9_]{50,}\b)
    | (?P<gitlab>\bglpat-[A-Za-z0-9_-]{20,})
    | (?P<slack>\bxox[baprs]-[A-Za-z0-9-]{10,})
    | (?P<stripe>\b[sr]k_live_[A-Za-z0-9]{16,})
    | (?P<google>\bAIza[0-9A-Za-z_-]{35}\b)
    | (?P<sendgrid>\bSG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,})
    | (?P<npm>\bnpm_[A-Za-z0-9]{36}\b)
    | (?P<openai>\bsk-(?:proj-)?[A-Za-z0-9_-]{32,})
    | (?P<key>-----BEGIN[ A-Z]*PRIVATE[ ]KEY-----(?=[\s\\nr"'+]*(?:[A-Z][\w-]*:[^\n]*\s*)*[\w+/=]{20})[\s\S]*?(?:-----END[ A-Z]*PRIVATE[ ]KEY-----|\Z))
    """
)
_MAYBE = lazy(r"AKIA|ASIA|gh[pousr]_|github_pat|glpat|xox|k_live_|AIza|SG\.|npm_|sk-|PRIVATE KEY|://")
_OF_YOUTUBE = "youtube.com/youtubei/"
"""What stands before the key that YouTube's own pages tell every browser."""
_MARKS = (
    "AKIA",
    "ASIA",
    "ghp_",
    "gho_",
    "ghu_",
    "ghs_",
    "ghr_",
    "github_pat_",
    "glpat-",
    "xox",
    "k_live_",
    "AIza",
    "SG.",
    "npm_",
    " PRIVATE KEY-",
)
_PARAMETERS = lazy(
    r"(?i)(?=.*(?:^|[\s;])(?:dbname|database|host|server|data source|user|user id|uid)\s?=)(?P<head>.*?(?:^|[\s;])(?:password|pwd)\s?=\s?)"
    r"(?P<secret>[^\s;'\"{}$%<]+)"
)
_PARAMETERS_IN_CODE = lazy(r"(?i)[\"';\s](?:password|pwd)=[^\s;,'\"{}$%<()]+[;\s'\"]")
_USER_INFO = lazy(r"://[^\s:/@'\"]*+:[^\s/@'\"]+@")
_ASSIGNED = lazy(
    r"""(?P<head>(?<![\w.-])(?P<name>[\w.-]++)["']?\s*+(?::=|[:=,])\s*+)(?P<quote>["']?)(?P<secret>[^\s"',;{}()\[\]]{3,})(?P=quote)"""
)


def salt() -> bytes:
    """Return what the digests of secrets are made with."""
    return _salt


def use_salt(given: bytes) -> None:
    """Make digests with a salt of earlier ones, so that equal secrets stay equal."""
    global _salt  # noqa: PLW0603 - one for the run, and set before anything is read
    _salt = given


@lru_cache(maxsize=8192)
def words(name: str) -> tuple[str, ...]:
    """Return the lower-case words of an identifier: `DB_accessKey2` gives db, access, key, 2."""
    return tuple(word.lower() for word in _WORDS.findall(name))


@lru_cache(maxsize=8192)
def is_secret_name(name: str) -> bool:
    """Tell whether a variable of this name holds a secret: `DB_PASSWORD`, `apiKey`; not `TOKEN_URL`, `PASSWORD_FILE`."""
    parts = words(name)
    if not parts or parts[-1] in _NOT_WORDS or (len(parts) > 1 and parts[-1].isdigit() and parts[-2] in _NOT_WORDS):
        return False
    if _ends_in_pass(parts):
        return parts[0] not in _NOT_FIRST
    if parts[-1] == "credentials" and parts[-2:-1] in _KEPT_IN_FILES:
        return False
    if not (_SECRET_WORDS.intersection(parts) or "dsn" in parts[-1:] or _SECRET_PAIRS.intersection(pairwise(parts))):
        return False
    last = max(index for index, part in enumerate(parts) if part in _SECRET_WORDS or part in ("key", "dsn") or _is_address(parts, index))
    tail = parts[last + 1 :]
    return parts[0] not in _NOT_FIRST and not _NOT_WORDS.intersection(parts[last:]) and not any(part.endswith(_ENDINGS) for part in tail)


def _is_address(parts: tuple[str, ...], index: int) -> bool:
    """Tell whether a name says `connection string` there; strings in themselves are any text."""
    return index > 0 and (parts[index - 1], parts[index]) in (("connection", "string"), ("conn", "string"))


def _ends_in_pass(parts: tuple[str, ...]) -> bool:
    """Tell whether a name ends in somebody's `pass`: `SMTP_PASS`, `DB_PASS_2`; not `AUTH_PASS_THROUGH`."""
    named = parts[:-1] if parts and parts[-1].isdigit() else parts
    return len(named) > 1 and named[-1] == "pass" and named[-2] in _PASS_OF


def _is_password(parts: tuple[str, ...]) -> bool:
    return bool(_PASSWORD_WORDS.intersection(parts)) or _ends_in_pass(parts)


def opens_nothing(secret: Secret, name: str) -> bool:
    """Tell whether a secret is the placeholder of a key that others issue: with it nothing works.

    With one for a password, or for a key that an application makes up for itself, everything does.
    """
    is_password = secret.kind == "password" or _is_password(words(name))
    return secret.strength == "placeholder" and not is_password and not _OWN.search(name)


def strength(text: str) -> Strength:
    """Return how a secret looks: a placeholder, a weak word, or random."""
    if _PLACEHOLDER.match(text) or len(set(text)) <= 2:
        return "placeholder"
    if len(text) >= 12 and entropy(text) >= 3.0 and sum(bool(re.search(kind, text)) for kind in ("[a-z]", "[A-Z]", r"\d", r"[^\w]")) >= 2:
        return "random"
    return "weak"


def entropy(text: str) -> float:
    """Return the Shannon entropy of a text in bits a character."""
    return -sum(count / len(text) * log2(count / len(text)) for count in Counter(text).values())


def is_reference(text: str) -> bool:
    """Tell whether a text leads to a value that stands elsewhere (`$(NAME)`, `${NAME}`, an ARN, an encrypted value), or is yet to be made."""
    return bool(_REFERENCE.match(text)) or generated_by_shell(text) is not None


def judge(text: str, name: str = "") -> Secret | None:
    """Return what is known of `text` as a secret, where it is one: by its shape, or because of `name`."""
    found = _by_shape(text) if text else None
    if found is not None or not text:
        return found
    bare = _unquoted(text)
    if bare and name and is_secret_name(name) and not is_reference(bare) and not _NOT_SECRET.match(bare):
        kind = "password" if _is_password(words(name)) else "token"
        if kind == "token" and (bare.isdigit() or _names_an_object(name, bare)):
            return None
        return _secret(kind, bare, "***", named=_repeats(name, bare) or (kind == "token" and bool(_TOKEN_PLACEHOLDER.match(bare))))
    return None


def _unquoted(text: str) -> str:
    """Return a text without the quotes around it, which Compose keeps in `- NAME="value"`."""
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'" else text


def _repeats(name: str, text: str) -> bool:
    """Tell whether a text is made of its variable's name (`API_KEY=YOUR_API_KEY_HERE`): something replaces it."""
    parts = words(name)
    return len(parts) > 1 and "".join(parts) in "".join(words(text))


def _names_an_object(name: str, text: str) -> bool:
    """Tell whether a text is the name of the object that holds a secret: `PROXY_CA_SECRET=proxy-ca`.

    It is made of the words that stand before the one that tells of a secret; a password is not told so, for many are the
    name of what they open.
    """
    parts = words(name)
    first = next((index for index, part in enumerate(parts) if part in _SECRET_WORDS), 0)
    return (
        first > 1
        and parts[first - 1] != "client"
        and words(text) == parts[:first]
        and re.fullmatch(r"[a-z\d]+(?:[-_.][a-z\d]+)+", text) is not None
    )


def _by_shape(text: str) -> Secret | None:
    """Return what a text tells of the secret in it without a name: a token, a key, a password in an address."""
    if _MAYBE.search(text):
        if (match := _SHAPES.search(text)) and _is_issued(match[0]) and _OF_YOUTUBE not in text:
            provider = match.lastgroup or ""
            redacted = text[: match.start()] + "***" + text[match.end() :]
            return _secret("private-key" if provider == "key" else "token", match[0], redacted, "" if provider == "key" else provider)
        if (dsn := _DSN.search(text)) and not is_reference(dsn["secret"]) and not dsn["secret"].startswith(("$", "{", "%", "<")):
            return _secret("dsn", dsn["secret"], _DSN.sub(r"\g<head>***", text))
    if "=" in text and (found := _PARAMETERS.match(text)) and not is_reference(found["secret"]):
        return _secret("dsn", found["secret"], text[: found.start("secret")] + "***" + text[found.end() :])
    return None


def _is_issued(token: str) -> bool:
    """Tell whether a text of a provider's shape may be real: not from documentation (`AKIA…EXAMPLE`), not `ghp_xxxx`, not words."""
    return "EXAMPLE" not in token and len(set(token)) > 9 and any(character.isdigit() for character in token)


def may_hold_secret(text: str) -> bool:
    """Tell whether a long text may hold something of a secret's shape (a provider's token, a key, a password in a URL)."""
    if any(mark in text for mark in _MARKS) or ("://" in text and "@" in text and _USER_INFO.search(text)):
        return True
    return ("assword=" in text or "wd=" in text) and bool(_PARAMETERS_IN_CODE.search(f"'{text}'" if len(text) < 500 else text))


def protect(text: str, span: Span | None, name: str = "") -> Value[str]:
    """Return `text` as a stated value, redacted where it is a secret; `name` is the variable or key that holds it."""
    secret = judge(text, name)
    return stated(text if secret is None else secret.redacted, span, secret)


def redact(line: str) -> str:
    """Return a line of any file with every secret in it replaced by asterisks of the same length."""
    for pattern in (_SHAPES, _DSN):
        line = pattern.sub(
            lambda match: match[0].replace(
                match.groupdict().get("secret") or match[0], "*" * len(match.groupdict().get("secret") or match[0])
            ),
            line,
        )
    return _ASSIGNED.sub(_redact_assigned, line)


def _redact_assigned(match: re.Match[str]) -> str:
    """Return an assignment with its value hidden if that is a secret which no shape has told."""
    if _is_code(match):
        return match[0]
    found = judge(match["secret"], match["name"])
    if found is None or found.redacted != "***":
        return match[0]
    return match["head"] + match["quote"] + "*" * len(match["secret"]) + match["quote"]


def _is_code(match: re.Match[str]) -> bool:
    """Tell whether an assigned value without quotes is an expression: a call, a subscript, `self.password`."""
    value = match["secret"]
    if match["quote"]:
        return False
    if match.string[match.end() : match.end() + 1] in ("(", "["):
        return True
    return "." in value and is_secret_name(value.rpartition(".")[2]) and value.replace(".", "").isidentifier()


def _secret(kind: str, secret: str, redacted: str, provider: str = "", *, named: bool = False) -> Secret:
    from hashlib import blake2b

    digest = blake2b(secret.encode("utf-8", "surrogatepass"), key=_salt, digest_size=8).hexdigest()
    looks: Strength = "placeholder" if named else "random" if provider or kind == "private-key" else strength(secret)
    return Secret(kind, looks, len(secret), digest, redacted, provider)
