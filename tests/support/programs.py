"""Finds the programs that tests start on this machine; run as a program, it makes sure that they are there."""

import os
import shutil
import subprocess
import sys

PACKAGES = {  # A program, and Debian's package of it.
    "redis-server": "redis-server",
    "nginx": "nginx-light",
    "promtool": "prometheus",
    "php": "php-cli",
    "openssl": "openssl",
}
_PLACES = f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/usr/local/sbin"


def find(name: str) -> str:
    """The path of the program. Exits with the command that installs it if it is not there."""
    return shutil.which(name, path=_PLACES) or sys.exit(_by_hand([name]))


def ensure() -> None:
    """Install what is missing where that is possible; otherwise say how."""
    if (missing := _missing()) and os.geteuid() == 0 and shutil.which("apt-get"):
        print(f"Installing {', '.join(missing)} for the tests (once) ...", flush=True)  # noqa: T201  It takes a while.
        _run("apt-get -qq update")
        _run("apt-get -qq install -y --no-install-recommends", *(PACKAGES[name] for name in missing))
    if missing := _missing():
        sys.exit(_by_hand(missing))


def _missing() -> list[str]:
    return [name for name in PACKAGES if shutil.which(name, path=_PLACES) is None]


def _by_hand(names: list[str]) -> str:
    packages = " ".join(PACKAGES[name] for name in names)
    return f"The tests need {', '.join(names)}. On Debian or Ubuntu: sudo apt-get install {packages}"


def _run(command: str, *arguments: str) -> None:
    # With this run level, packages do not start their servers: the tests start their own.
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
    subprocess.run(  # noqa: S603  A command of our own.
        [*command.split(), *arguments],
        check=False,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


if __name__ == "__main__":
    ensure()
