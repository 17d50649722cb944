"""The W3C's checker of HTML, Nu, on every page and state as the portal sends it."""

import json
import shutil
import subprocess
from pathlib import Path

from tests.judges.front import Front
from tests.judges.node import PACKAGES
from tests.judges.shown import pages

# It cannot compute the hash of the styles that the policy of a saved page names. And how a letter's writer aligned the
# cells of their tables stays as it is.
NOT_OURS = (
    "Inline style violates Content Security Policy",
    "The “align” attribute on the “td” element is obsolete",
)
JAR = PACKAGES / "node_modules/vnu-jar/build/dist/vnu.jar"


def findings(front: Front, folder: Path) -> list[str]:
    documents = folder / "documents"
    documents.mkdir()
    names = {}
    for number, state in enumerate(pages(front, folder)):
        file = documents / f"{number}.html"
        file.write_text(state.html)
        names[f"file:{file}"] = state.name
    print(f"  {len(names)} pages and states")
    command = [
        shutil.which("java") or "java",
        "-jar",
        JAR,
        "--format",
        "json",
        "--exit-zero-always",
        documents,
    ]
    run = subprocess.run(command, check=True, stderr=subprocess.PIPE, timeout=600)  # noqa: S603  Ours.
    messages = json.loads(run.stderr)["messages"]
    return [
        f"{names[one['url']]}, line {one.get('lastLine')}: {one['message']} {one.get('extract', '')!r}"
        for one in messages
        if not one["message"].startswith(NOT_OURS)
    ]
