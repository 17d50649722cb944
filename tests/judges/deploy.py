"""Django's own checks for production."""

import subprocess
import sys
from pathlib import Path

from tests.judges.front import PROJECT, Front, production


def findings(front: Front, folder: Path) -> list[str]:
    """Every warning, on settings such as a company has. `front` is not asked."""
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    run = subprocess.run(  # noqa: S603  A command of our own.
        command, cwd=PROJECT, env=production(folder, 443), capture_output=True, text=True
    )
    silent = run.returncode == 0 and "no issues (0 silenced)" in run.stdout
    return [] if silent else [run.stdout + run.stderr]
