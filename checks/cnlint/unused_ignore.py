"""Ignore comment suppresses nothing.

The finding that it was written for is gone, or the comment (of a Kubernetes object, the annotation) names a check that
does not exist. Left in place it hides the next finding that nobody has looked at. Remove it.

So it is with a check that an entry of `ignores` in the configuration names. Ignores of checks that did not run are left
alone, as is everything where only some targets were asked for.
"""

from collections.abc import Iterator

from cnlint.api import Finding, UnusedIgnore, check


@check("CN0003", tier="core", severity="warning")
def unused_ignore(unused: UnusedIgnore) -> Iterator[Finding]:
    """Report each name of an inline ignore that was not needed."""
    if not unused.known:
        hint = f"; did you mean {unused.meant!r}?" if unused.meant else ""
        yield Finding(unused, f"no check is called {unused.name}{hint}", about=unused.name)
    elif unused.name:
        yield Finding(unused, f"no finding of {unused.name} to ignore here", about=unused.name)
    else:
        yield Finding(unused, "no finding to ignore here")
