"""In production no other host, not even one of the same company, can put a cookie in the place of ours."""

import json
import os
import subprocess
import sys

import pytest

_TOLD = """
import json
from portal import settings as ours
from django.conf import global_settings as usual
told = lambda name: getattr(ours, name, getattr(usual, name))
print(json.dumps([[told(f"{kind}_COOKIE_{part}") for part in ("NAME", "SECURE", "PATH", "DOMAIN")]
                  for kind in ("SESSION", "CSRF")]))
"""


def cookies(hosts):
    """Name, Secure, path and domain of either, as a portal for these hosts starts."""
    environment = {
        "PATH": os.environ["PATH"],
        "ENV_FILE": "/dev/null",
        "SECRET_KEY": "x",
        "ALLOWED_HOSTS": hosts,
    }
    run = subprocess.run([sys.executable, "-c", _TOLD], env=environment, capture_output=True, check=True)  # noqa: S603  Our own.
    return json.loads(run.stdout)


@pytest.mark.parametrize(
    ("hosts", "expected"),
    [
        ("mail.example.com", [["__Host-sessionid", True, "/", None], ["__Host-csrftoken", True, "/", None]]),
        ("localhost", [["sessionid", False, "/", None], ["csrftoken", False, "/", None]]),
    ],
)
def test_in_production_cookies_have_the_host_prefix(hosts, expected):
    """RFC 6265bis, section 4.1.3.2: `__Host-` wants Secure, the path / and no domain; plain http cannot have it."""
    assert cookies(hosts) == expected
