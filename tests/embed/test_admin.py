"""Websites in the admin: only superusers decide which website shows mail, and which company hands over there."""

import pytest
from django.contrib.auth.models import Permission

from portal.accounts.models import Activity
from portal.embed.models import Website
from tests.accounts.federation.handoff.company import make_company
from tests.accounts.operators import make_clerk, make_superuser
from tests.conftest import sign_in
from tests.embed.framing import ORIGIN

pytestmark = pytest.mark.postgresql

LIST = "/admin/embed/website/"


@pytest.fixture
def clerk(db):
    """A signed-in operator with every Django permission on websites, who is not a superuser."""
    clerk = make_clerk("Clara")
    clerk.user_permissions.add(*Permission.objects.filter(content_type__app_label="embed"))
    return sign_in(clerk)


def posted(**fields):
    return {"name": "The Company", "origin": ORIGIN, "sign_in": "here", "company": "", **fields}


def test_works_and_the_log_names_origin_and_company(db):
    olga, company = sign_in(make_superuser("Olga")), make_company()
    assert olga.post(f"{LIST}add/", posted(company=company.pk)).status_code == 302
    website = Website.objects.get()
    detail = f"website The Company: added, hand-off by The Company, {ORIGIN}"
    assert Activity.objects.first().detail == detail
    olga.post(f"{LIST}{website.pk}/change/", posted())
    assert Activity.objects.first().detail == f"website The Company: company, {ORIGIN}"


def test_only_a_superuser_may_add_a_website(clerk):
    assert clerk.post(f"{LIST}add/", posted(origin="https://evil.example")).status_code == 403
    assert not Website.objects.exists()


def test_only_a_superuser_may_change_or_delete_a_website(clerk, website):
    page = f"{LIST}{website.pk}/"
    assert clerk.post(f"{page}change/", posted(company=make_company().pk)).status_code == 403
    assert clerk.post(f"{page}delete/", {"post": "yes"}).status_code == 403
    chosen = {"action": "delete_selected", "_selected_action": website.pk, "post": "yes"}
    clerk.post(LIST, chosen)
    assert Website.objects.get().company is None


def test_an_operator_with_the_view_permission_sees_websites(clerk, website):
    assert ORIGIN in clerk.get(LIST).content.decode()
    assert ORIGIN in clerk.get(f"{LIST}{website.pk}/change/").content.decode()
