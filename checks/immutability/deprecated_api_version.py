"""Manifest uses an API version that Kubernetes no longer serves.

`kubectl apply` fails on it, or a cluster that is upgraded can no longer be rebuilt from its manifests. Write the
successor; where fields have changed, the migration guide tells which.

The release to hold the manifests against is the configuration's `kube-version`. Only kinds of Kubernetes itself are
known: a custom resource may have any version.

See also: <https://kubernetes.io/docs/reference/using-api/deprecation-guide/>, <https://12factor.net/build-release-run>
"""

from collections.abc import Iterator

from msgspec import Struct

from cnlint.api import Change, Declared, Finding, Set, check, release, removed_api


class Options(Struct, frozen=True):
    """The oldest release that the manifests must work on, by default one that is still supported."""

    kube_version: str = "1.32"


@check("CN1305", tier="core", severity="error", options=Options)
def deprecated_api_version(declared: Declared, options: Options) -> Iterator[Finding]:
    """Report an object of a version that the wanted release no longer serves."""
    version = declared.api_version.known("")
    removed = removed_api(version, declared.key.kind)
    wanted = release(options.kube_version)
    if removed is not None and wanted is not None and removed.release <= wanted:
        since = f"{removed.release[0]}.{removed.release[1]}"
        instead = f": write {removed.successor}" if removed.successor else ", and nothing succeeds it"
        yield Finding(declared.api_version, f"{version} of {declared.key.kind} is gone since Kubernetes {since}{instead}")


@deprecated_api_version.fix(safe=True)
def write_successor(declared: Declared, options: Options) -> Iterator[Change]:
    """Write the successor where no field has changed."""
    removed = removed_api(declared.api_version.known(""), declared.key.kind)
    wanted = release(options.kube_version)
    place = declared.api_version.span
    if removed is not None and removed.same and place is not None and wanted is not None and removed.release <= wanted:
        yield Set(place, removed.successor)
