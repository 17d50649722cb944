"""The files of `deploy/`, parsed, and what their tests have in common."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml

PROJECT = Path(__file__).resolve().parents[2]
DEPLOY = PROJECT / "deploy"
KUBERNETES = DEPLOY / "kubernetes"
SYSTEMD = DEPLOY / "systemd"
DOCKERFILE = (PROJECT / "Dockerfile").read_text()
# Read by programs other than the portal's settings.
NOT_SETTINGS = {"DJANGO_SETTINGS_MODULE", "ENV_FILE", "PYTHONDONTWRITEBYTECODE"}


@cache
def settings_names() -> set[str]:
    """The variables that the portal reads, from .env.example, each also with _FILE."""
    example = (PROJECT / ".env.example").read_text()
    names = set(re.findall(r"^(?:# )?([A-Z][A-Z_]+)=", example, re.M))
    return names | {f"{name}_FILE" for name in names} | NOT_SETTINGS


def manifests(path: Path) -> list[dict[str, Any]]:
    return [document for document in yaml.safe_load_all(path.read_text()) if document]


def all_manifests() -> Iterator[dict[str, Any]]:
    for path in sorted(KUBERNETES.glob("*.yaml")):
        if path.name != "kustomization.yaml":
            yield from manifests(path)


def pod_of(manifest: dict[str, Any]) -> dict[str, Any] | None:
    """The template of its pods, if it has any."""
    spec = manifest.get("spec", {})
    template = spec.get("jobTemplate", {}).get("spec", spec).get("template")
    return dict(template) if template else None


def pods() -> dict[str, dict[str, Any]]:
    """The templates of all pods, by the names of their manifests."""
    return {each["metadata"]["name"]: pod for each in all_manifests() if (pod := pod_of(each))}
