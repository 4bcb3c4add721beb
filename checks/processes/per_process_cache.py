"""Rate limits, counters and locks are kept in the memory of each of several processes.

A limit of ten requests a minute that each of four workers counts for itself is one of forty, a lock that one process takes holds no other
back, and a restart forgets both. Keep what all processes must agree on in a store that they share, such as Redis or Memcached.

Reported are limiters of Flask-Limiter and slowapi that certainly count in memory (`memory://`, or no storage at all, which is the same), and
code of Django that has the default cache count or lock (`cache.incr`, `if cache.add(…)`, rates of REST framework) where that certainly is
`LocMemCache`, which it is, too, where no settings name another. The code must certainly be loaded by a process of which there are, or may
be, several. Plain caching is left alone: what each process caches for itself is only slower. Sessions are the matter of
`in-memory-session`. In targets for development and tests it is a note.

## Example

```python
limiter = Limiter(get_remote_address, app=app)                                   # bad, with `gunicorn --workers 4`
limiter = Limiter(get_remote_address, app=app, storage_uri="redis://cache:6379") # good
```

See also: <https://12factor.net/processes>,
<https://docs.djangoproject.com/en/5.2/topics/cache/#local-memory-caching>,
<https://flask-limiter.readthedocs.io/en/stable/#configuring-a-storage-backend>,
<https://www.django-rest-framework.org/api-guide/throttling/#setting-up-the-cache>
"""

from collections.abc import Iterator

from cnlint.api import Finding, Process, Repository, Severity, check, counted_in_cache, local_cache, memory_limiters, related


@check("CN0657", tier="recommended", severity="warning")
def per_process_cache(process: Process, repository: Repository) -> Iterator[Finding]:
    """Report what several processes count or lock each for itself."""
    multiple = process.multiple
    if multiple is None:
        return
    severity: Severity | None = None if process.target.environment == "production" else "note"
    others = () if multiple.span is None else related(multiple.span, multiple.words)
    for module, limiter in memory_limiters(process):
        message = f"{limiter.framework} counts requests in memory, and each of {multiple.words} allows the whole limit"
        yield Finding(limiter, message, about=limiter.framework, cause=f"{module.path} limits", severity=severity, related=others)
    uses = sorted(counted_in_cache(process), key=lambda use: use[1])
    cache = local_cache(process, repository) if uses else None
    if cache is not None:
        name, place = uses[0]
        kept = f"what {name} keeps" if name.startswith("cache.") else name
        why = "the default cache is" if cache.span is not None else "no settings name a cache, and the default one is"
        message = f"each of {multiple.words} has {kept} for itself: {why} in the memory of one process"
        seen = [each for used, span in uses if span != (cache.span or place) for each in related(span, used)]
        yield Finding(cache.span or place, message, about="CACHES", cause="CACHES", severity=severity, related=[*seen, *others])
