"""Tune the C library's memory allocator, so that a server process returns memory it no longer needs."""

import ctypes
import sys

# From glibc's malloc.h.
_M_TRIM_THRESHOLD = -1
_M_ARENA_MAX = -8


def limit_retained_memory() -> None:
    """Keep a single large message, or a hostile response, from making the process large permanently.

    By default, glibc keeps for each thread as much memory as its largest request needed. Call this before any thread
    starts. With another C library than glibc it does nothing.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    if mallopt:
        # Bytes. Setting the threshold also stops glibc from raising it by itself.
        mallopt(_M_TRIM_THRESHOLD, 128 * 1024)
        mallopt(_M_ARENA_MAX, 2)
