"""Code asks which deploy it runs in.

A list of deploys in the code grows with each new one, and what differs between them is spread over the branches: a new environment
is a change of the code, and "staging" tests something else than "production". Give each thing that differs a variable of its
own, and set it in each deploy.

Reported is code that tells two or more environments apart by their names in one module. One comparison with `production`, tests of
`DEBUG`, and code for tests are left alone.

See also: <https://12factor.net/config>
"""

from collections.abc import Iterator

from cnlint.api import Finding, Module, check, is_auxiliary, related

_TESTS = frozenset({"test", "testing", "ci", "local"})
_SAME = {
    "prod": "production",
    "prd": "production",
    "live": "production",
    "dev": "development",
    "develop": "development",
    "stage": "staging",
    "stg": "staging",
}


@check("CN0304", tier="pedantic", severity="note")
def environment_name_branching(module: Module) -> Iterator[Finding]:
    """Report the first place where a module compares with the names of several environments."""
    if is_auxiliary(module.path):
        return
    by_variable: dict[str, set[str]] = {}
    for test in module.environment_tests:
        by_variable.setdefault(test.name, set()).update(_SAME.get(name.lower(), name.lower()) for name in test.environments)
    for variable, names in by_variable.items():
        if len(names - _TESTS) > 1:
            tests = [test for test in module.environment_tests if test.name == variable]
            listed = " and ".join(sorted(names - _TESTS))
            places = tuple(one for test in tests[1:] for one in related(test, "compared here, too"))
            yield Finding(tests[0], f"the code tells {listed} apart by {variable}: each deploy is a branch", about=variable, related=places)
