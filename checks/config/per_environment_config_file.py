"""Configuration file holds the hosts or secrets of one deploy.

A file for each environment (`application-prod.yml`, `appsettings.Production.json`, `config/production.json`) grows with their number: a new
deploy takes a change of the code and another image, and who may read the repository knows where production keeps its data, and perhaps how to get in.
Read what differs between deploys from the environment, and leave in the file what holds for the code wherever it runs.

Reported is a file that is named for production or for what resembles it, at its first host on another machine or secret; a secret that looks random is an
error. Left alone are files with settings of the framework alone, placeholders (`${DB_URL}`), addresses of the own machine and of services for
everybody (`smtp.gmail.com`), files for development and tests, and what is released beside an image: charts, manifests, inventories.
Env files are the matter of `dotenv-committed`.

## Example

```yaml
# application-prod.yml
spring:
  datasource:
    url: jdbc:postgresql://db.prod.internal/shop   # bad: ${DATABASE_URL} holds for every deploy
```

See also: <https://12factor.net/config>,
<https://docs.spring.io/spring-boot/reference/features/external-config.html>
"""

from collections.abc import Iterator

from cnlint.api import DeployConfig, DeployHandle, Finding, Related, check, deploy_handles

_NAMED = 4


@check("CN0305", tier="recommended", severity="error")
def per_environment_config_file(file: DeployConfig) -> Iterator[Finding]:
    """Report a configuration file of one deploy at the worst of what it holds."""
    found = list(deploy_handles(file))
    worst = max(found, key=_weight, default=None)
    if worst is None:
        return
    name = file.path.rpartition("/")[2]
    what = f"the secret in {worst.setting.name}" if worst.secret is not None else f"where {worst.setting.name} leads ({worst.host})"
    yield Finding(
        worst.setting,
        f"{name} holds the configuration of one deploy, such as {what}",
        severity=None if _weight(worst) > 1 else "warning",
        related=[Related(one.setting.span, "this, too") for one in found if one is not worst][:_NAMED],
    )


def _weight(handle: DeployHandle) -> int:
    """Return how much a setting tells: a random secret before a weak one, before a host."""
    if handle.secret is None or handle.secret.strength == "placeholder":
        return 0
    return 2 if handle.secret.strength == "random" else 1
