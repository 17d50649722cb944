"""Operators without superuser rights manage customers, and cannot change an operator's account in any way."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from portal.accounts.models import Activity, Consumer, Invitation
from portal.accounts.signup import invitations
from tests.accounts.operators import make_superuser
from tests.conftest import sign_in

pytestmark = pytest.mark.django_db
REFUSED = "This is an operator’s account"


@pytest.fixture(params=["is_staff", "is_superuser"])
def invitation(request):
    """The pending invitation of an operator."""
    invitation = invitations.invite("olga@example.com", first_name="Olga")
    Consumer.objects.filter(email="olga@example.com").update(**{request.param: True})
    return invitation


def is_unchanged(invitation):
    now = Invitation.objects.get(pk=invitation.pk)
    return (now.token_hash, now.consumer.first_name) == (invitation.token_hash, "Olga")


def test_clerk_cannot_invite_or_rename_an_operator(clerk, invitation):
    form = {"email": "olga@example.com", "first_name": "Eve"}
    assert REFUSED in clerk.post("/admin/accounts/consumer/add/", form).content.decode()
    assert is_unchanged(invitation)


@pytest.mark.parametrize("action", ["invite_again", "withdraw"])
def test_clerk_cannot_renew_or_withdraw_an_operators_invitation(clerk, invitation, action):
    form = {"action": action, "_selected_action": [invitation.pk]}
    clerk.post("/admin/accounts/invitation/", form)
    assert is_unchanged(invitation)


@pytest.mark.parametrize("action", ["invite", "withdraw", "switch_off", "end_sessions"])
def test_clerk_cannot_run_actions_on_an_operator(clerk, invitation, action):
    form = {"action": action, "_selected_action": [invitation.consumer.pk]}
    clerk.post("/admin/accounts/consumer/", form)
    assert is_unchanged(invitation)


def test_file_of_a_clerk_does_not_invite_an_operator(clerk, invitation):
    Invitation.objects.update(expires_at="2026-01-01T00:00Z")
    file = SimpleUploadedFile("people.csv", b"email,first_name,last_name\nolga@example.com,Eve,Evil\n")
    reviewed = clerk.post("/admin/accounts/invitation/file/", {"file": file}).context["reviewed"]
    answer = clerk.post("/admin/accounts/invitation/file/", {"reviewed": reviewed}, follow=True)
    assert REFUSED in answer.content.decode() and is_unchanged(invitation)


def test_clerk_cannot_change_or_delete_an_operator(clerk, invitation):
    page = f"/admin/accounts/consumer/{invitation.consumer.pk}"
    assert clerk.post(f"{page}/change/", {"first_name": "Eve"}).status_code == 403
    assert clerk.post(f"{page}/delete/", {"post": "yes"}).status_code == 403
    assert is_unchanged(invitation)


def test_superuser_can_do_all_of_it(invitation):
    browser = sign_in(make_superuser("Sue"))
    form = {"email": "olga@example.com", "first_name": "Oda"}
    browser.post("/admin/accounts/consumer/add/", form)
    form = {"action": "withdraw", "_selected_action": [invitation.pk]}
    browser.post("/admin/accounts/invitation/", form)
    assert Consumer.objects.get(email="olga@example.com").first_name == "Oda"
    assert Activity.objects.filter(event="invitation_withdrawn").exists()


def test_clerk_cannot_change_groups(clerk):
    clara = Consumer.objects.get(email="clara@example.com")
    clara.user_permissions.set(clara.user_permissions.model.objects.all())
    assert clerk.get("/admin/auth/group/").status_code == 403
    assert clerk.post("/admin/auth/group/add/", {"name": "All"}).status_code == 403
