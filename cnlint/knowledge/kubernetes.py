"""API versions that Kubernetes no longer serves, and namespaces that belong to the cluster itself.

Source: the Deprecated API Migration Guide (<https://kubernetes.io/docs/reference/using-api/deprecation-guide/>).
"""

from __future__ import annotations

from msgspec import Struct


class RemovedApi(Struct, frozen=True):
    """An API version of a kind that is no longer served from `release` on, and the one to write instead.

    `successor` is empty where the kind is gone; `same` where the guide names no change of the fields.
    """

    release: tuple[int, int]
    successor: str
    same: bool


# release, version, successor (- for none), whether fields are the same, kinds
_TABLE = """
1.16 extensions/v1beta1                   networking.k8s.io/v1            yes NetworkPolicy
1.16 extensions/v1beta1                   apps/v1                         no  DaemonSet Deployment ReplicaSet
1.16 extensions/v1beta1                   -                               no  PodSecurityPolicy
1.16 apps/v1beta1                         apps/v1                         no  Deployment StatefulSet ReplicaSet
1.16 apps/v1beta2                         apps/v1                         no  DaemonSet Deployment ReplicaSet StatefulSet
1.21 batch/v2alpha1                       batch/v1                        no  CronJob
1.22 admissionregistration.k8s.io/v1beta1 admissionregistration.k8s.io/v1 no  MutatingWebhookConfiguration ValidatingWebhookConfiguration
1.22 apiextensions.k8s.io/v1beta1         apiextensions.k8s.io/v1         no  CustomResourceDefinition
1.22 apiregistration.k8s.io/v1beta1       apiregistration.k8s.io/v1       yes APIService
1.22 authentication.k8s.io/v1beta1        authentication.k8s.io/v1        yes TokenReview
1.22 authorization.k8s.io/v1beta1         authorization.k8s.io/v1         no  LocalSubjectAccessReview SelfSubjectAccessReview SubjectAccessReview
1.22 certificates.k8s.io/v1beta1          certificates.k8s.io/v1          no  CertificateSigningRequest
1.22 coordination.k8s.io/v1beta1          coordination.k8s.io/v1          yes Lease
1.22 extensions/v1beta1                   networking.k8s.io/v1            no  Ingress
1.22 networking.k8s.io/v1beta1            networking.k8s.io/v1            no  Ingress
1.22 networking.k8s.io/v1beta1            networking.k8s.io/v1            yes IngressClass
1.22 rbac.authorization.k8s.io/v1beta1    rbac.authorization.k8s.io/v1    yes ClusterRole ClusterRoleBinding Role RoleBinding
1.22 scheduling.k8s.io/v1beta1            scheduling.k8s.io/v1            yes PriorityClass
1.22 storage.k8s.io/v1beta1               storage.k8s.io/v1               yes CSIDriver CSINode StorageClass VolumeAttachment
1.25 batch/v1beta1                        batch/v1                        yes CronJob
1.25 discovery.k8s.io/v1beta1             discovery.k8s.io/v1             no  EndpointSlice
1.25 events.k8s.io/v1beta1                events.k8s.io/v1                no  Event
1.25 autoscaling/v2beta1                  autoscaling/v2                  no  HorizontalPodAutoscaler
1.25 policy/v1beta1                       policy/v1                       no  PodDisruptionBudget
1.25 policy/v1beta1                       -                               no  PodSecurityPolicy
1.25 node.k8s.io/v1beta1                  node.k8s.io/v1                  yes RuntimeClass
1.26 flowcontrol.apiserver.k8s.io/v1beta1 flowcontrol.apiserver.k8s.io/v1 no  FlowSchema PriorityLevelConfiguration
1.26 autoscaling/v2beta2                  autoscaling/v2                  yes HorizontalPodAutoscaler
1.27 storage.k8s.io/v1beta1               storage.k8s.io/v1               yes CSIStorageCapacity
1.29 flowcontrol.apiserver.k8s.io/v1beta2 flowcontrol.apiserver.k8s.io/v1 no  FlowSchema PriorityLevelConfiguration
1.32 flowcontrol.apiserver.k8s.io/v1beta3 flowcontrol.apiserver.k8s.io/v1 no  FlowSchema PriorityLevelConfiguration
"""

_SYSTEM_NAMESPACES = ("kube-", "gke-managed", "openshift-")


SCALED_KINDS = frozenset({"Deployment", "StatefulSet", "ReplicaSet", "ReplicationController", "Rollout", "DeploymentConfig", "CloneSet"})
"""Kinds with a scale that an autoscaler may change; others (custom resources) may have one, too.

Source: <https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/>
"""


_FILLING = {
    "https://cert-manager.io/docs/usage/certificate/": ("Certificate",),
    "https://developer.1password.com/docs/k8s/operator/": ("OnePasswordItem",),
    "https://secrets-store-csi-driver.sigs.k8s.io/topics/sync-as-kubernetes-secret": ("SecretProviderClass",),
    "https://secrets-store-sync-controller.sigs.k8s.io/": ("SecretSync",),
    "https://developer.hashicorp.com/vault/docs/deploy/kubernetes/vso/sources/hvs": ("HCPVaultSecretsApp",),
    "https://carvel.dev/secretgen-controller/docs/latest/": ("Password", "RSAKey", "SSHKey", "SecretImport", "SecretTemplate"),
    "https://strimzi.io/docs/operators/latest/deploying#type-KafkaUser-reference": ("KafkaUser",),
    "https://rook.io/docs/rook/latest/Storage-Configuration/Object-Storage-RGW/ceph-object-bucket-claim/": ("ObjectBucketClaim",),
}


def fills_secrets(kind: str) -> bool:
    """Tell whether a custom resource of this kind is made into a Secret, as a rule of its own name (`ExternalSecret`, `SealedSecret`).

    Sources beyond those of the table: <https://external-secrets.io/latest/api/externalsecret/>, <https://github.com/bitnami-labs/sealed-secrets>,
    <https://developer.hashicorp.com/vault/docs/deploy/kubernetes/vso> (`VaultStaticSecret`), <https://infisical.com/docs/integrations/platforms/kubernetes>
    (`InfisicalSecret`), <https://docs.doppler.com/docs/kubernetes-operator> (`DopplerSecret`).
    """
    return kind != "Secret" and (kind.endswith("Secret") or any(kind in kinds for kinds in _FILLING.values()))


def is_system_namespace(name: str) -> bool:
    """Tell whether a namespace is the cluster's own, by what its name begins with.

    Sources: <https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/#working-with-namespaces> (`kube-` is
    reserved), <https://cloud.google.com/kubernetes-engine/docs/concepts/managed-namespaces>.
    """
    return name.startswith(_SYSTEM_NAMESPACES)


def release(version: str) -> tuple[int, int] | None:
    """Return major and minor of a version (`1.29`, `v1.29.3`), None where it is none."""
    parts = version.removeprefix("v").split(".")
    return (int(parts[0]), int(parts[1])) if len(parts) >= 2 and all(part.isdigit() for part in parts[:2]) else None


def _rows() -> dict[tuple[str, str], RemovedApi]:
    found = {}
    for row in _TABLE.strip().splitlines():
        number, version, successor, same, *kinds = row.split()
        removed = RemovedApi(release(number) or (0, 0), successor if successor != "-" else "", same == "yes")
        found.update({(version, kind): removed for kind in kinds})
    return found


_REMOVED = _rows()


def removed_api(version: str, kind: str) -> RemovedApi | None:
    """Return since when an API version of a kind is no longer served; None for those that are, and for all others."""
    return _REMOVED.get((version, kind))
