"""Adds the licences to the list of components that cyclonedx-py makes of the locked requirements: `make sbom`.

Runs in the environment of requirements/sbom.txt: `python -m tests.support.sbom < components > components-with-licences`
"""

import json
import re
import sys
from pathlib import Path
from typing import Any

REQUIREMENTS = Path(__file__).resolve().parents[2] / "requirements"


def canonical(name: str) -> str:
    """The name of a package as PyPI compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def locked() -> set[str]:
    names = re.findall(r"^([\w.-]+)==", (REQUIREMENTS / "base.txt").read_text(), re.M)
    return {canonical(name) for name in names}


def licences() -> dict[str, str]:
    """The SPDX expression of each package."""
    lines = (REQUIREMENTS / "licences.txt").read_text().splitlines()
    return dict(line.split(": ") for line in lines if not line.startswith("#"))


def add_licences(components: list[dict[str, Any]]) -> None:
    """Raises KeyError for a package without one."""
    known = licences()
    for component in components:
        component["licenses"] = [{"expression": known[canonical(component["name"])]}]


def main() -> None:
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    bill = json.load(sys.stdin)
    add_licences(bill["components"])
    text = json.dumps(bill, indent=2)
    if problem := JsonStrictValidator(SchemaVersion.from_version(bill["specVersion"])).validate_str(text):
        sys.exit(f"Not valid CycloneDX: {problem}")
    sys.stdout.write(f"{text}\n")


if __name__ == "__main__":
    main()
