"""A WSGI application that answers when the file in the environment variable RELEASED is there."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.support.patience import await_true


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
    released = Path(os.environ["RELEASED"])
    released.with_suffix(".asked").touch()
    await_true(released.exists)
    start_response("200 OK", [("Content-Length", "4")])
    return [b"done"]
