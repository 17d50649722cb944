"""What a server process does with memory that it no longer needs."""

import ctypes
import sys

# From glibc's malloc.h.
_M_TRIM_THRESHOLD = -1
_M_ARENA_MAX = -8


def give_back_what_is_free() -> None:
    """Keep one large letter, or a hostile answer, from making the process large for good.

    Left to itself, glibc keeps for each of many threads what the largest request took. To be called before
    there are threads; other C libraries are left as they are.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    if mallopt:
        mallopt(_M_TRIM_THRESHOLD, 128 * 1024)  # Bytes. A value that is set is not raised any more.
        mallopt(_M_ARENA_MAX, 2)
