"""The rules of MDN's HTTP Observatory."""

import json
from pathlib import Path

from tests.judges.front import Front
from tests.judges.node import PACKAGES, run_script


def findings(front: Front, folder: Path) -> list[str]:
    # Its installation downloads the list of preloaded hosts, which is of no use for localhost.
    preloaded = PACKAGES / "node_modules/@mdn/mdn-http-observatory/conf/hsts-preload.json"
    preloaded.write_text("{}")
    found = []
    for path in ("/", "/accounts/login/", "/embed/in/https:www.company.example/"):
        ports = (str(front.http), str(front.https), path)
        result = json.loads(
            run_script("observatory.mjs", *ports, NODE_EXTRA_CA_CERTS=front.certificate.chain)
        )
        print(f"  {path}: {result['grade']} ({result['score']}), {result['tests']} tests")
        found += [f"{path}: {failed}" for failed in result["failed"]]
        if result["grade"] != "A+":
            found.append(f"{path}: {result['grade']}")
    return found
