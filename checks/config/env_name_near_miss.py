"""Variable is set under another name than the one that is read.

`DATABASE_URI` in the manifest and `DATABASE_URL` in the code: the value never arrives, and the process runs with its default, which is
a developer's as a rule. Rename one of the two.

A pair is told where nothing of the process reads the one that is set (code, scripts, templates of configuration, commands), nothing sets the one
that its code reads, and the names differ by a slip: in case or underscores, or in a letter of one word. Names that libraries read by
themselves are left alone, and so are numbered siblings (`DB1_HOST`, `DB2_HOST`). Where the code does not start without the variable it is CN0351's. In targets
for development it is a note.

See also: <https://12factor.net/config>,
<https://docs.docker.com/compose/how-tos/environment-variables/set-environment-variables/>
"""

from collections.abc import Iterator

from cnlint.api import Finding, Process, VariableRead, check, is_demanded, lacks, may_be_provided, near_misses, related


@check("CN0353", tier="core", severity="warning", supersedes=("CN0352",))
def env_name_near_miss(process: Process) -> Iterator[Finding]:
    """Report each variable of a container that code most probably means by another name."""
    if process.container is None or not process.environment.complete or process.target.environment == "test":
        return
    demanded = {read.name.known("") for module in process.modules for read in module.env_reads if is_demanded(read, process)}
    for read in _of_code(process):
        for variable in near_misses(process, read.name) if read.name not in demanded and lacks(process, read.name) else ():
            name = variable.name.known("?")
            yield Finding(
                variable,
                f"nothing of {process.called} reads {name}, and nothing sets {read.name}, which its code reads",
                about=name,
                severity=None if process.target.environment == "production" else "note",
                related=related(read.span, f"{read.name} is read here"),
            )


def _of_code(process: Process) -> Iterator[VariableRead]:
    """Yield a read of code for each name that no platform sets."""
    names: set[str] = set()
    for read in process.reads:
        if read.by == "code" and read.name not in names and not may_be_provided(read.name, process.target.platform):
            names.add(read.name)
            yield read
