"""Websites in the admin: who may show the mail, and who vouches there, is for superusers to say."""

import pytest
from django.contrib.auth.models import Permission

from portal.accounts.models import Activity
from portal.embed.models import Website
from tests.accounts.federation.handoff.company import make_company
from tests.accounts.operators import make_clerk, make_superuser
from tests.conftest import sign_in
from tests.embed.framing import HOST

LIST = "/admin/embed/website/"


@pytest.fixture
def clerk(db):
    """An operator who was given all rights on websites that Django knows."""
    clerk = make_clerk("Clara")
    clerk.user_permissions.add(*Permission.objects.filter(content_type__app_label="embed"))
    return sign_in(clerk)


def posted(**fields):
    return {"name": "The Company", "origin": HOST, "sign_in": "here", "company": "", **fields}


def test_works_and_the_log_names_origin_and_company(db):
    olga, company = sign_in(make_superuser("Olga")), make_company()
    assert olga.post(f"{LIST}add/", posted(company=company.pk)).status_code == 302
    website = Website.objects.get()
    said = f"website The Company: added, hand-off by The Company, {HOST}"
    assert Activity.objects.first().detail == said
    olga.post(f"{LIST}{website.pk}/change/", posted())
    assert Activity.objects.first().detail == f"website The Company: company, {HOST}"


def test_an_operator_who_is_no_superuser_lists_no_website(clerk):
    assert clerk.post(f"{LIST}add/", posted(origin="https://evil.example")).status_code == 403
    assert not Website.objects.exists()


def test_an_operator_who_is_no_superuser_changes_none_either(clerk, website):
    page = f"{LIST}{website.pk}/"
    assert clerk.post(f"{page}change/", posted(company=make_company().pk)).status_code == 403
    assert clerk.post(f"{page}delete/", {"post": "yes"}).status_code == 403
    chosen = {"action": "delete_selected", "_selected_action": website.pk, "post": "yes"}
    clerk.post(LIST, chosen)
    assert Website.objects.get().company is None


def test_who_may_look_at_websites_still_does(clerk, website):
    assert HOST in clerk.get(LIST).content.decode()
    assert HOST in clerk.get(f"{LIST}{website.pk}/change/").content.decode()
