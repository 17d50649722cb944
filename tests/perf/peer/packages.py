"""Debian's packages of the webmail and of what it needs, installed without starting any service."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

PAGES = Path("/var/lib/roundcube/public_html")
DEFAULTS = Path("/etc/roundcube/defaults.inc.php")
SCHEMA = Path("/usr/share/roundcube/SQL/sqlite.initial.sql")
# In two steps: where php-fpm is there already, Roundcube brings no Apache with it.
_STEPS = (("nginx-light", "php-fpm", "dovecot-imapd"), ("roundcube-core", "roundcube-sqlite3"))


def ensure() -> None:
    """Exits with the one command to run where nothing can be installed."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        sys.exit(
            "This installs and starts Roundcube, as root, on Debian 12 or newer. Run: sudo make bench-peer"
        )
    if _is_complete():
        return
    print("Installing Roundcube, nginx, php-fpm and dovecot (once) ...", flush=True)  # noqa: T201  It takes a while.
    _apt("update")
    for packages in _STEPS:
        _apt("install", "-y", "--no-install-recommends", *packages)
    if not _is_complete():
        names = " ".join(name for packages in _STEPS for name in packages)
        sys.exit(f"They could not be installed. By hand: apt-get install --no-install-recommends {names}")


def php_fpm() -> str:
    """The program: its name carries the version of PHP. The newest."""
    return str(_php_fpms()[-1])


def _php_fpms() -> list[Path]:
    return sorted(Path("/usr/sbin").glob("php-fpm*"))


def _is_complete() -> bool:
    programs = all(Path("/usr/sbin", name).exists() for name in ("nginx", "dovecot"))
    return programs and bool(_php_fpms()) and all(path.exists() for path in (PAGES, DEFAULTS, SCHEMA))


def _apt(*arguments: str) -> None:
    # With this run level, packages do not start their servers: the measurement starts its own.
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
    subprocess.run(["apt-get", "-qq", *arguments], check=False, env=environment, stdout=subprocess.DEVNULL)  # noqa: S603, S607  Ours.
