"""Google's CSP Evaluator on every policy that the portal sends."""

import json
import subprocess
import sys
from pathlib import Path

from tests.judges.front import PROJECT, Front
from tests.judges.node import run_script

# It says "can be problematic if you host JSONP, AngularJS or user uploaded files". The portal hosts none of them.
MAYBE = "'self' can be problematic"


def findings(front: Front, folder: Path) -> list[str]:
    command = [sys.executable, "-m", "tests.judges.policies"]
    policies = subprocess.run(  # noqa: S603  A command of our own.
        command, cwd=PROJECT, env=front.environment, check=True, stdout=subprocess.PIPE
    ).stdout
    print(f"  {len(json.loads(policies))} distinct policies")
    found = json.loads(run_script("csp.mjs", input=policies))
    return [" ".join(finding) for finding in found if MAYBE not in finding[3]]
