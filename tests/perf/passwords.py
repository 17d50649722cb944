"""What it costs to check a password, which is slow on purpose."""

import time

from django.contrib.auth.hashers import check_password, make_password

_ENCODED = make_password("a-lamp-by-the-window")


def check() -> float:
    """The processor seconds of this process."""
    started = time.process_time()
    assert check_password("a-lamp-by-the-window", _ENCODED)
    return time.process_time() - started
