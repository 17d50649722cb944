"""Where files lie: in a checkout of the project, or where its wheel is installed. Every module may import it."""

from pathlib import Path
from typing import Final

_PACKAGE: Final = Path(__file__).resolve().parent
_PACKED: Final = _PACKAGE / "packed"  # Only in a wheel: setup.py puts templates/ and static/ there.
IS_INSTALLED: Final = _PACKED.is_dir()

# The folder with templates/ and static/.
FILES: Final = _PACKED if IS_INSTALLED else _PACKAGE.parent
# The folder for .env, an SQLite database and var/, unless settings name other places.
HOME: Final = Path.cwd() if IS_INSTALLED else _PACKAGE.parent
