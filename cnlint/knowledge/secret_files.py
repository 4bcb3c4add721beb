"""Files that by their names hold secrets.

Sources: <https://docs.npmjs.com/cli/configuring-npm/npmrc>, <https://packaging.python.org/en/latest/specifications/pypirc/>,
<https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-files.html>,
<https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/>,
<https://www.postgresql.org/docs/current/libpq-pgpass.html>, <https://git-scm.com/docs/git-credential-store>,
<https://cloud.google.com/iam/docs/keys-create-delete>, <https://man.openbsd.org/ssh-keygen>
"""

from __future__ import annotations

import posixpath

from cnlint.patterns import lazy

_ENV_FILE = lazy(r"\.env(?:[.*_-].*)?$")
_SAMPLE = lazy(r"(?i).*(?:example|sample|template|tmpl|dist|defaults?|schema|placeholder|dummy|mock)\b")
_PRIVATE_KEY = lazy(
    r"(?i)(?:.*[_.-])?(?:priv(?:ate)?[_-]?key|privkey|key)\.pem$|id_(?:rsa|dsa|ecdsa|ed25519)$|[\w.-]+\.(?:key|p12|pfx|ppk)$"
)
_PUBLIC_KEY = lazy(
    r"(?i).*(?:\bpub|public|gpg|pgp|\bapt|repo|archive|signing|release|licen[cs]e|nodesource|docker|yarn|mysql|nginx_signing)"
)
"""Public keys that packages are verified with often end in `.key`, too."""
_CREDENTIALS = lazy(r"(?i)(?:credentials?|service[_-]?account(?:[_-]?key)?|gcp[_-]?key|client[_-]secrets?)[\w.-]*\.json$")
_NAMES = {
    ".npmrc": "npm's credentials",
    ".pypirc": "PyPI's credentials",
    ".netrc": "logins",
    ".pgpass": "database passwords",
    ".git-credentials": "git's credentials",
    "kubeconfig": "a cluster's credentials",
}
_FOLDERS = {".aws": "AWS credentials", ".kube": "a cluster's credentials", ".ssh": "SSH keys", ".gnupg": "private keys"}
TRACKED_WITHOUT_SECRETS = frozenset({".npmrc", ".pypirc"})
"""Files that most repositories keep for settings alone: one that is tracked tells nothing."""


def secret_file(path: str) -> str:
    """Return what a file or folder of this path holds that is secret (`environment variables`, `a private key`), or nothing."""
    name = posixpath.basename(posixpath.normpath(path))
    if _SAMPLE.match(name):
        return ""
    if name in _NAMES:
        return _NAMES[name]
    folder = next((part for part in posixpath.normpath(path).split("/") if part in _FOLDERS), "")
    if folder and not name.endswith((".pub", "known_hosts", "config.json")):
        return _FOLDERS[folder]
    if _ENV_FILE.match(name):
        return "environment variables"
    if _PRIVATE_KEY.match(name) and not _PUBLIC_KEY.match(name):
        return "a private key"
    return "credentials" if _CREDENTIALS.match(name) else ""
