"""Extra fields as operators set them up: in the admin, and by the command."""

import json

import pytest
from django.core.checks import run_checks
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

from inbox.extra_fields import ExtraField
from portal.accounts.models import Activity
from tests.accounts.operators import make_superuser
from tests.conftest import sign_in

pytestmark = pytest.mark.postgresql("inbox.extra_fields")

POLICY = {"key": "PolicyNumber", "label": "Policy number", "pattern": "[A-Z]{2}[0-9]{6}"}


def problem(box, **given) -> str:
    """What is wrong with a field of this securebox; empty if nothing is."""
    try:
        ExtraField(securebox=box, **{**POLICY, **given}).full_clean()
    except ValidationError as error:
        return " ".join(error.messages)
    return ""


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, ""),
        ({"pattern": ""}, ""),
        ({"key": "1st"}, "Letters, digits"),
        ({"key": "a b"}, "Letters, digits"),
        ({"key": "PortalMessage"}, "The portal itself sends something under the key PortalMessage."),
        ({"key": "source"}, "The portal itself sends something under the key source."),
        ({"pattern": "(a+)+"}, "Leave out groups"),
        ({"pattern": "^a$"}, "Leave out groups"),
        ({"pattern": ".*.*.*.*"}, "Comparing this could take too long."),
    ],
)
def test_what_an_operator_may_ask_for(claims, settings, given, told):
    settings.SECUREMAIL_DIALECT = {"constants": {"userData.source": "portal"}}
    claims.operation_key = "PortalMessage"
    assert told in problem(claims, **given) and bool(told) == bool(problem(claims, **given))


def test_without_userdata_nothing_can_be_asked_for(claims, settings):
    settings.SECUREMAIL_COMPOSE_FIELDS = {"user_data": ""}
    assert "would not be sent" in problem(claims)


def test_a_key_comes_once_in_a_securebox(claims, billing):
    ExtraField.objects.create(securebox=claims, **POLICY)
    assert problem(claims) == "Another field has this key." and problem(billing) == ""


def test_a_key_that_the_settings_take_later_is_found(claims, settings):
    ExtraField.objects.create(securebox=claims, **POLICY)
    assert run_checks(tags=["database"], databases=["default"]) == []
    settings.SECUREMAIL_DIALECT = {"constants": {"userData.PolicyNumber": "none"}}
    (error,) = run_checks(tags=["database"], databases=["default"])
    assert error.id == "inbox.E016" and "The field PolicyNumber of the securebox claims" in error.msg


def test_the_admin_adds_a_field_and_says_so_in_the_log(claims):
    page = f"/admin/inbox/securebox/{claims.pk}/change/"
    operator = sign_in(make_superuser("Olga"))
    form = {"title": "Claims", "slug": "claims", "name": "Claims01", "position": "0"}
    form |= {
        "operation_key": "PortalMessage",
        "extra_fields-TOTAL_FORMS": "1",
        "extra_fields-INITIAL_FORMS": "0",
    }
    field = {f"extra_fields-0-{name}": value for name, value in {**POLICY, "position": "0"}.items()}
    taken = operator.post(page, {**form, **field, "extra_fields-0-key": "PortalMessage"})
    assert taken.status_code == 200 and "under the key PortalMessage" in taken.content.decode()
    assert operator.post(page, {**form, **field}).status_code == 302
    assert claims.extra_fields.get().label == "Policy number"
    assert "extra_fields" in Activity.objects.latest("pk").detail


def test_the_command_replaces_all_fields(claims):
    plate = json.dumps({"key": "Plate", "label": "Number plate", "required": True})
    call_command("securebox", "claims", field=[json.dumps(POLICY), plate])
    assert [(one.key, one.required) for one in claims.extra_fields.all()] == [
        ("PolicyNumber", False),
        ("Plate", True),
    ]
    call_command("securebox", "claims", reply_time="soon")
    assert claims.extra_fields.count() == 2
    call_command("securebox", "claims", field=[""])
    assert claims.extra_fields.count() == 0


@pytest.mark.parametrize(
    "text", ["x", "[]", '{"name": "x"}', '{"key": "1"}', json.dumps({**POLICY, "pattern": "("})]
)
def test_the_command_refuses_what_the_admin_would(claims, text):
    with pytest.raises(CommandError):
        call_command("securebox", "claims", field=[text])
    assert not claims.extra_fields.exists()


def test_the_command_refuses_an_operation_key_that_a_field_has(claims):
    ExtraField.objects.create(securebox=claims, **POLICY)
    with pytest.raises(CommandError, match="under the key PolicyNumber"):
        call_command("securebox", "claims", operation_key="PolicyNumber")
