"""Check failed on this file.

The fault is cnlint's: one check raised an error on what stands here, and its findings for it are missing. The other
checks have run. Please report it with the message; `--ignore` the check until it is mended.
"""

from collections.abc import Iterator

from cnlint.api import Crash, Finding, check


@check("CN0004", tier="core", severity="error")
def crashed_check(crash: Crash) -> Iterator[Finding]:
    """Report each check that raised, where it did."""
    yield Finding(crash, f"the check {crash.name} failed: {crash.error}", about=crash.name)
