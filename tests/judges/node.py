import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
PACKAGES = HERE.parents[1] / "var/judges"  # Where `make judges` installs package.json.


def run_script(name: str, *arguments: str, input: bytes = b"", **environment: str) -> bytes:  # noqa: A002  As subprocess calls it.
    """What one of the scripts here prints. Its first argument is the folder of the packages."""
    command = [Path(sys.executable).with_name("node"), HERE / name, PACKAGES, *arguments]
    run = subprocess.run(  # noqa: S603  A command of our own.
        command, input=input, env=os.environ | environment, check=True, stdout=subprocess.PIPE, timeout=300
    )
    return run.stdout
