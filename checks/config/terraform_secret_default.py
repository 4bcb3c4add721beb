"""Terraform's files hold a secret, or do not mark one as such.

A password that is the default of a variable, a line of a tracked tfvars file or a literal argument of a resource is
known to all who may read the repository, is the same in every environment, and cannot be rotated without a commit. Let
Terraform make it (`random_password`), read it from a secret store, or leave the variable without a default and set
`TF_VAR_…` where Terraform runs.

A variable or output that is named like a secret and not `sensitive` is a note: plans and logs print its value.

References, what only names a secret or a key of a key management service (an ARN, an id), empty and null defaults,
arguments that `ignore_changes` leaves alone, and placeholders in secret stores and tfvars files are left alone, as are weak
credentials of a provider, which serve a mock. A placeholder that would be applied is a warning. Secrets in the environment
of containers and functions and in Kubernetes objects are the matter of other checks.

## Example

```hcl
variable "database_password" {
  type    = string
  default = "correct-horse-battery"   # bad
}

variable "database_password" {
  type      = string
  sensitive = true                    # good: no default, not shown
}
```

See also: <https://developer.hashicorp.com/terraform/language/manage-sensitive-data>,
<https://12factor.net/config>
"""

from collections.abc import Iterator

from cnlint.api import Add, Change, Finding, TerraformSecret, check


@check("CN0319", tier="core", severity="error")
def terraform_secret_default(secret: TerraformSecret) -> Iterator[Finding]:
    """Report literal secrets, and names of secrets that are not marked sensitive."""
    if _is_literal(secret):
        found = secret.value.secret
        is_placeholder = found is not None and found.strength == "placeholder"
        kind = found.kind if found is not None else "secret"
        if not is_placeholder or not (secret.kept or secret.type == "assignment"):
            message = _message(secret, "placeholder" if is_placeholder else kind)
            yield Finding(secret.value, message, severity="warning" if is_placeholder else "error")
    elif secret.sensitive.is_defaulted and secret.sensitive.is_(False):
        yield Finding(
            secret.place, f"{secret.type} {secret.name} holds a secret and is not marked sensitive: plans show it", severity="note"
        )


def _is_literal(secret: TerraformSecret) -> bool:
    """Tell whether the secret itself stands in the repository, and is not some variable's default seen from elsewhere."""
    value = secret.value
    return value.secret is not None and value.is_stated and not value.note and value.span is not None and secret.tracked


def _message(secret: TerraformSecret, kind: str) -> str:
    if secret.type == "variable":
        return f"variable {secret.name} has a {kind} as its default: it is the same everywhere, and all who read the code know it"
    if secret.type == "assignment":
        return f"{secret.name} is given a {kind} in a tracked file: it stays in the history of the repository"
    return f"{secret.name} is given a {kind} as a literal: it stays in the history of the repository"


@terraform_secret_default.fix(safe=True)
def mark_sensitive(secret: TerraformSecret) -> Iterator[Change]:
    """Mark the variable or output as sensitive."""
    if not _is_literal(secret) and secret.sensitive.is_defaulted:
        yield Add(secret.span, "sensitive", True)
