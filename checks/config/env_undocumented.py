"""Variable that code reads is missing from the sample of the env file.

Whoever sets up a new deploy copies the sample (`.env.example`) and fills it in. What is not in it they learn of when something does not work, or
never: the process goes on with its default. Add the variable to the sample, with an empty value or one that shows its form.

A sample counts where it lists at least half of what the code around it reads. What it speaks of in a comment is listed. Left alone are variables
that manifests, images or code of the repository set, those of platforms, libraries and tests, reads in branches for development, scripts,
tests and examples, and a variable with another name that is listed.

## Example

```python
CURRENCY = os.environ.get("SHOP_CURRENCY", "EUR")   # and .env.example holds DATABASE_URL, CACHE_URL and MAIL_HOST alone
```

See also: <https://12factor.net/config>
"""

from collections.abc import Iterator

from cnlint.api import (
    AppendLine,
    Change,
    EnvRead,
    EnvSample,
    Finding,
    Related,
    check,
    may_be_provided,
    may_be_read_by_library,
    named_for_development,
)


@check("CN0355", tier="pedantic", severity="note")
def env_undocumented(read: EnvRead, sample: EnvSample) -> Iterator[Finding]:
    """Report each read of a variable that the sample does not list."""
    name = read.name.known("")
    if not name.isupper() or read.wildcard or read.guarded or may_be_provided(name) or may_be_read_by_library(name):
        return
    if named_for_development(name):
        return
    if any(one.upper() in sample.names | sample.given for one in (name, name.removesuffix("_FILE"), *read.alternatives)):
        return
    yield Finding(
        read,
        f"{sample.file.path} does not list {name}",
        about=name,
        cause=f"{sample.file.path} {name}",
        related=(Related(sample.file.span, "the sample"),),
    )


@env_undocumented.fix(safe=True)
def add(read: EnvRead, sample: EnvSample) -> Iterator[Change]:
    """Add the variable to the sample, without a value."""
    yield AppendLine(sample.file.path, f"{read.name.known('')}=")
