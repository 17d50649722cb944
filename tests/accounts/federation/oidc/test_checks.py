import os
import subprocess
import sys

import pytest
from django.core.checks import run_checks

GOOD = {
    "PORTAL_OIDC_ISSUER": "https://login.example.com/tenant",
    "PORTAL_OIDC_CLIENT_ID": "portal",
    "PORTAL_OIDC_CLIENT_SECRET": "secret",
}


def found(settings, changes):
    for name, value in {**GOOD, **changes}.items():
        setattr(settings, name, value)
    return [message.id for message in run_checks(tags=["portal"])]


@pytest.mark.parametrize(
    "issuer", [GOOD["PORTAL_OIDC_ISSUER"], "https://login.example.com/", "http://localhost:9"]
)
def test_valid_settings_pass_the_checks(settings, issuer):
    assert found(settings, {"PORTAL_OIDC_ISSUER": issuer}) == []


@pytest.mark.parametrize(
    ("changes", "number"),
    [
        ({"PORTAL_OIDC_ISSUER": ""}, "E020"),
        ({"PORTAL_OIDC_CLIENT_ID": ""}, "E020"),
        ({"PORTAL_OIDC_CLIENT_SECRET": ""}, "E020"),
        ({"PORTAL_OIDC_ISSUER": "http://login.example.com"}, "E021"),
        ({"PORTAL_OIDC_ISSUER": "login.example.com"}, "E021"),
        ({"PORTAL_OIDC_ISSUER": "https://[::1"}, "E021"),
        ({"PORTAL_OIDC_ISSUER": "https://me:word@login.example.com"}, "E021"),
        ({"PORTAL_OIDC_ISSUER": "https://login.example.com?tenant=1"}, "E021"),
        ({"PORTAL_OIDC_ISSUER": "https://login.example.com; script-src *"}, "E021"),
        ({"PORTAL_OIDC_ISSUER": "https://login.example.com/" + "x" * 200}, "E021"),
        ({"PORTAL_OIDC_ALGORITHMS": []}, "E022"),
        ({"PORTAL_OIDC_ALGORITHMS": ["none"]}, "E022"),
        ({"PORTAL_OIDC_ALGORITHMS": ["RS256", "HS256"]}, "E022"),
        ({"PORTAL_OIDC_SCOPES": ["openid", "profile"]}, "E023"),
        ({"PORTAL_OIDC_FORM_ORIGINS": ["https://*.example.com"]}, "E024"),
        ({"PORTAL_OIDC_FORM_ORIGINS": ["https://login.example.com/path"]}, "E024"),
        ({"PORTAL_OIDC_FORM_ORIGINS": ["https://a.example;script-src"]}, "E024"),
        ({"PORTAL_OIDC_CA_FILE": "/nowhere.pem"}, "E025"),
    ],
)
def test_each_mistake_has_a_numbered_check(settings, changes, number):
    assert found(settings, changes) == [f"portal.{number}"]


@pytest.mark.parametrize("issuer", ["", "https://login.example.com/tenant"])
def test_form_action_policy_allows_the_provider_only(issuer):
    program = (
        "from portal import settings as s; print(s.CONTENT_SECURITY_POLICY['DIRECTIVES']['form-action'])"
    )
    environment = {
        **os.environ,
        "PORTAL_OIDC_ISSUER": issuer,
        "PORTAL_OIDC_FORM_ORIGINS": "https://sso.example.com",
    }
    command = [sys.executable, "-c", program]
    run = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)  # noqa: S603  A command of our own.
    expected = ["'self'", "https://login.example.com", "https://sso.example.com"]
    assert run.stdout.strip() == str([origin for origin in expected if issuer or "login" not in origin])
