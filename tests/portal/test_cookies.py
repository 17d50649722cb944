"""In production, no other host can set the portal's cookies, not even one of the same domain."""

import json
import os
import subprocess
import sys

import pytest

_PRINT_COOKIES = """
import json
from portal import settings as ours
from django.conf import global_settings as usual
value = lambda name: getattr(ours, name, getattr(usual, name))
print(json.dumps([[value(f"{kind}_COOKIE_{part}") for part in ("NAME", "SECURE", "PATH", "DOMAIN")]
                  for kind in ("SESSION", "CSRF")]))
"""


def cookies(hosts):
    """Name, Secure, path and domain of both cookies, in a new process for these hosts."""
    environment = {
        "PATH": os.environ["PATH"],
        "ENV_FILE": "/dev/null",
        "SECRET_KEY": "x",
        "ALLOWED_HOSTS": hosts,
    }
    command = [sys.executable, "-c", _PRINT_COOKIES]
    run = subprocess.run(command, env=environment, capture_output=True, check=True)  # noqa: S603  A command of our own.
    return json.loads(run.stdout)


@pytest.mark.parametrize(
    ("hosts", "expected"),
    [
        ("mail.example.com", [["__Host-sessionid", True, "/", None], ["__Host-csrftoken", True, "/", None]]),
        ("localhost", [["sessionid", False, "/", None], ["csrftoken", False, "/", None]]),
    ],
)
def test_in_production_cookies_have_the_host_prefix(hosts, expected):
    """RFC 6265bis, section 4.1.3.2: `__Host-` needs Secure, the path / and no domain, so plain http cannot use it."""
    assert cookies(hosts) == expected
