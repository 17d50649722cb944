"""The manifests are valid for Kubernetes, agree with each other, and leave no pod more rights than it needs."""

from typing import Any

import kubernetes_validate
import pytest

from portal.gunicorn import config as gunicorn_config
from tests.deploy.files import KUBERNETES, all_manifests, manifests, pods, settings_names

OLDEST, NEWEST = "1.29", "1.37"
PODS = pods()
every_pod = pytest.mark.parametrize("pod", PODS.values(), ids=list(PODS))


def named(kind: str, name: str) -> dict[str, Any]:
    (found,) = [each for each in all_manifests() if (each["kind"], each["metadata"]["name"]) == (kind, name)]
    return found


def containers(pod: dict[str, Any]) -> list[dict[str, Any]]:
    return [*pod["spec"].get("initContainers", []), *pod["spec"]["containers"]]


@pytest.mark.parametrize("version", [OLDEST, NEWEST])
def test_each_manifest_is_valid(version):
    for manifest in all_manifests():
        kubernetes_validate.validate(manifest, version, strict=True)


def test_all_files_but_the_example_of_a_secret_are_applied():
    (kustomization,) = manifests(KUBERNETES / "kustomization.yaml")
    files = {path.name for path in KUBERNETES.glob("*.yaml")} - {"kustomization.yaml", "secret.example.yaml"}
    assert set(kustomization["resources"]) == files


@every_pod
def test_a_pod_has_no_more_rights_than_it_needs(pod):
    """Pod Security Standards, level "restricted", and a file system that cannot be written to."""
    spec = pod["spec"]
    assert spec["automountServiceAccountToken"] is False
    assert spec["securityContext"]["runAsNonRoot"] is True
    assert spec["securityContext"]["runAsUser"] == 10001
    assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    for container in containers(pod):
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        assert {"/tmp", "/run/secrets/portal"} == {mount["mountPath"] for mount in container["volumeMounts"]}  # noqa: S108  In the pod.
        assert container["resources"]["requests"]["cpu"] and container["resources"]["limits"]["memory"]


@every_pod
def test_a_pod_may_speak_to_what_it_needs_and_to_nothing_else(pod):
    out = named("NetworkPolicy", "out-to-what-is-needed")["spec"]
    (expression,) = out["podSelector"]["matchExpressions"]
    assert pod["metadata"]["labels"]["app"] in expression["values"]
    assert {port["port"] for rule in out["egress"] for port in rule["ports"]} == {53, 443, 587, 5432, 6379}
    assert all(rule["to"] for rule in out["egress"])
    nothing = named("NetworkPolicy", "nothing-else")["spec"]
    assert nothing == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}


def test_each_setting_exists_and_each_secret_has_its_file():
    config = named("ConfigMap", "portal")["data"]
    assert set(config) <= settings_names()
    files = {path.rpartition("/")[2] for name, path in config.items() if name.endswith("_FILE")}
    assert files == set(named("Secret", "portal")["stringData"])


def test_what_selects_the_pages_finds_them():
    labels = PODS["portal"]["metadata"]["labels"]
    assert named("Service", "portal")["spec"]["selector"].items() <= labels.items()
    for name in ("portal", "deliver"):
        assert named("PodDisruptionBudget", name)["spec"]["minAvailable"] == 1
        selector = named("PodDisruptionBudget", name)["spec"]["selector"]["matchLabels"]
        assert selector.items() <= PODS[name]["metadata"]["labels"].items()
    target = named("HorizontalPodAutoscaler", "portal")["spec"]["scaleTargetRef"]
    assert (target["kind"], target["name"]) == ("Deployment", "portal")
    assert named("HorizontalPodAutoscaler", "portal")["spec"]["minReplicas"] >= 2


def test_a_pod_is_given_the_time_that_gunicorn_takes_to_end():
    spec = PODS["portal"]["spec"]
    (portal,) = spec["containers"]
    (_sleep, seconds) = portal["lifecycle"]["preStop"]["exec"]["command"]
    assert spec["terminationGracePeriodSeconds"] > int(seconds) + gunicorn_config.graceful_timeout


def test_a_database_that_is_down_takes_no_page_away():
    """At the start a pod waits for everything that it needs; later on its own pages say what is wrong."""
    (portal,) = PODS["portal"]["spec"]["containers"]
    paths = {
        name: portal[name]["httpGet"]["path"] for name in ("startupProbe", "readinessProbe", "livenessProbe")
    }
    assert paths == {"startupProbe": "/readyz", "readinessProbe": "/healthz", "livenessProbe": "/healthz"}


def test_tidy_never_runs_twice_at_once():
    assert named("CronJob", "tidy")["spec"]["concurrencyPolicy"] == "Forbid"
