"""The portal's settings, with empty pages beside its own: the units of measurements."""

from portal.settings import *  # noqa: F403

ROOT_URLCONF = "tests.perf.empty_pages"
