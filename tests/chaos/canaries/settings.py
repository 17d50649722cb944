"""The portal's settings, for a server that can be asked to crash."""

from portal.settings import *  # noqa: F403
from portal.settings import MIDDLEWARE

MIDDLEWARE = [*MIDDLEWARE, "tests.chaos.canaries.crashes.middleware"]
ROOT_URLCONF = "tests.chaos.canaries.urls"
