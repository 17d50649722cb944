"""The portal's addresses, with a handler of errors that can be asked to crash."""

from portal.urls import *  # noqa: F403

handler500 = "tests.chaos.canaries.crashes.server_error"
