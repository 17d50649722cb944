"""Finds a Chromium on this machine; run as a program, it makes sure that there is one."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

# The headless shell is the same browser without its windows: a new one takes a quarter of the processor time.
SHELL = "chromium-headless-shell"
NAMES = (SHELL, "chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
BY_HAND = "Chromium is needed for the browser tests. On Debian or Ubuntu: sudo apt-get install chromium"
TRIED = Path(sys.prefix) / "chromium.tried"  # So that a package that does not exist is asked for only once.


def find() -> str | None:
    """The one named by CHROMIUM, else one on the PATH, else one that playwright has installed."""
    named = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    return named or _of_playwright()


def find_whole(of_playwright: str | None) -> str | None:
    """One with windows: the shell keeps no page for "Back". None where there is only the shell."""
    named = [os.environ.get("CHROMIUM"), *map(shutil.which, NAMES), of_playwright]
    return next((path for path in named if path and Path(path).exists() and SHELL not in path), None)


def _of_playwright() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def _can_use_apt() -> bool:
    return bool(shutil.which("apt-get")) and os.geteuid() == 0


def _install(package: str) -> None:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in ("apt-get -qq update", f"apt-get -qq install -y --no-install-recommends {package}"):
        subprocess.run(  # noqa: S603  A command of our own.
            command.split(),
            check=False,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )


def ensure() -> None:
    """Install the headless shell if possible; otherwise any Chromium, if none is installed."""
    if os.environ.get("CHROMIUM") or shutil.which(SHELL):
        return
    if _can_use_apt() and not TRIED.exists():
        print("Installing Chromium for the browser tests (once) ...", flush=True)  # noqa: T201  What it is run for.
        _install(SHELL)
        TRIED.touch()
    if find() is None and _can_use_apt():
        _install("chromium")
    if find() is None and not _can_use_apt():
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)
    if find() is None:
        sys.exit(BY_HAND)


def ensure_whole() -> None:
    """Install one with windows, unless there is one."""
    if find_whole(_of_playwright()) is None and _can_use_apt():
        print("Installing a Chromium that keeps pages (once) ...", flush=True)  # noqa: T201  As above.
        _install("chromium")
    if find_whole(_of_playwright()) is None:
        sys.exit(BY_HAND)


if __name__ == "__main__":
    ensure()
    if "--whole" in sys.argv:
        ensure_whole()
