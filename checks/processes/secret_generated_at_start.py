"""Each process makes a key of its own when it starts.

What one process signs or encrypts with it (sessions, tokens, cookies, links for a new password) the others do not accept: where several run,
users are logged out at every other request, and with each restart or deploy all of them are. Give the key to all processes from one place,
a secret of the platform, and let the process end where it is missing.

Reported are names of signing and encryption keys (`SECRET_KEY`, `JWT_SECRET`, …) whose value is certainly random: in code that a process
certainly loads, where no variable comes before it, or nothing sets that variable; and in a script that starts the process. Where one process
runs at a time it is a note. Left alone are keys that other settings may replace, files for development and tests, and processes that serve
nobody. Workers that are forked from a process which has loaded the application have one key.

## Example

```python
SECRET_KEY = os.environ.get("SECRET_KEY", secrets.token_hex())  # bad: another one in each process
SECRET_KEY = os.environ["SECRET_KEY"]                           # good
```

See also: <https://12factor.net/config>, <https://12factor.net/processes>,
<https://flask.palletsprojects.com/en/stable/config/#SECRET_KEY>,
<https://docs.djangoproject.com/en/stable/ref/settings/#secret-key>
"""

from collections.abc import Iterator

from cnlint.api import Finding, GeneratedKey, Process, Repository, check, generated_keys, related, serves_traffic, stays_up


@check("CN0656", tier="core", severity="error")
def secret_generated_at_start(process: Process, repository: Repository) -> Iterator[Finding]:
    """Report the keys that a process which serves makes for itself."""
    serves = serves_traffic(process) or len(process.listens) > 0 or len(process.routes) > 0
    if not serves or not stays_up(process, repository):
        return
    for key in generated_keys(process):
        many = _many(key, process)
        if not many and process.target.environment != "production":
            continue
        unset = f"nothing sets {' or '.join(key.variables)} for {process.called}, and " if key.variables else ""
        if many:
            message = f"{unset}each of {many} makes {key.name} anew by {key.maker}: what one signs the others do not accept"
        else:
            message = f"{unset}{key.name} is made anew by {key.maker} at each start: what was signed before is no longer accepted"
        yield Finding(
            key.span,
            message,
            about=key.name,
            cause=f"{key.span.file} {key.name}",
            severity=None if many and process.target.environment == "production" else "note",
            related=related(process.multiple.span, many) if many and process.multiple is not None and process.multiple.span else (),
        )


def _many(key: GeneratedKey, process: Process) -> str:
    """Return what makes several processes with a key of their own, in words; empty where there may be one."""
    copies = any(count.satisfies(lambda number: number > 1) for count in (process.replicas, process.maximum))
    if process.multiple is None or (not copies and (key.shared or not process.loads_once.is_(False))):
        return ""
    return process.multiple.words
