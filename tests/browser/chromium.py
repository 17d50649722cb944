"""Finds a Chromium on this machine; run as a program, it makes sure that there is one."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
BY_HAND = "Chromium is needed for the browser tests. On Debian or Ubuntu: sudo apt-get install chromium"


def find() -> str | None:
    """The one named by CHROMIUM, else one on the PATH, else one that playwright has installed."""
    named = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    return named or _of_playwright()


def _of_playwright() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def _install() -> None:
    if shutil.which("apt-get") and os.geteuid() == 0:
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in ("apt-get -qq update", "apt-get -qq install -y --no-install-recommends chromium"):
            subprocess.run(command.split(), check=False, env=environment, stdout=subprocess.DEVNULL)  # noqa: S603  A command of our own.
    else:
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)


if __name__ == "__main__":
    if find() is None:
        print("Installing Chromium for the browser tests (once) ...", flush=True)  # noqa: T201  What it is run for.
        _install()
    if find() is None:
        sys.exit(BY_HAND)
