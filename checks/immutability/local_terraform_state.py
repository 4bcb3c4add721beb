"""Terraform's state is kept in the repository.

A state file holds every attribute of every resource in plain text, generated passwords and keys among them, and two
people who apply from two checkouts overwrite each other's work. Keep state in a backend that locks and encrypts it
(`s3`, `gcs`, `azurerm`, HCP Terraform), take the file out of the history, and rotate the secrets that were in it.

Only files that git tracks count. That a folder names no backend is no finding: wrappers such as terragrunt and
`-backend-config` supply one, and reusable modules have none.

See also: <https://developer.hashicorp.com/terraform/language/state/sensitive-data>,
<https://developer.hashicorp.com/terraform/language/backend>
"""

from collections.abc import Iterator

from cnlint.api import Finding, StateFile, check


@check("CN1302", tier="core", severity="error")
def local_terraform_state(state: StateFile) -> Iterator[Finding]:
    """Report each state file that git tracks."""
    if state.tracked:
        yield Finding(state, f"the state file {state.path} is in the repository, with every secret of its resources in plain text")
