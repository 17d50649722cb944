"""The page of the admin that examines the installation."""

import pytest
from django.contrib.auth.models import Permission

from portal.findings import failure, ok, warning
from portal.operations import doctor_page
from portal.operations.doctor.examination import Report
from tests.accounts.operators import make_clerk, make_superuser
from tests.conftest import sign_in

PAGE = "/admin/operations/doctor/"


@pytest.fixture
def operator(db):
    return sign_in(make_superuser("Olga"))


@pytest.fixture
def examined(monkeypatch):
    """How often it was examined; `examined.report` is what was found."""

    class Examined(list):
        report = Report((ok("Disk", "Much is free."),), 1.0)

    examined = Examined()
    monkeypatch.setattr(doctor_page, "examine", lambda: examined.append(1) or examined.report)
    return examined


def test_the_admins_first_page_leads_there(operator):
    assert f'href="{PAGE}"' in operator.get("/admin/").content.decode()


def test_opening_the_page_examines_nothing(operator, examined):
    assert operator.get(PAGE).status_code == 200 and examined == []


def test_findings_are_shown_with_what_to_do(operator, examined):
    examined.report = Report(
        (failure("Mail", "Nothing listens at <mail>.", "Start it."), warning("Disk", "Little.")), 1.0
    )
    html = operator.post(PAGE).content.decode()
    assert "<h2>1 thing has to be mended, 1 thing is to be looked at</h2>" in html
    assert "Nothing listens at &lt;mail&gt;." in html and "Start it." in html and 'alt="to be mended"' in html


def test_two_operators_at_once_are_one_examination(operator, examined):
    with doctor_page._examining:
        html = operator.post(PAGE).content.decode()
    assert "It is being examined for another operator" in html and examined == []
    assert "All is well" in operator.post(PAGE).content.decode()


def test_operators_need_the_right_to_see_it(db, examined):
    clerk = make_clerk("Clara")
    assert sign_in(clerk).get(PAGE).status_code == sign_in(clerk).post(PAGE).status_code == 403
    assert PAGE not in sign_in(clerk).get("/admin/").content.decode() and examined == []
    clerk.user_permissions.add(Permission.objects.get(codename="view_operations"))
    assert "All is well" in sign_in(clerk).post(PAGE).content.decode()
    assert PAGE in sign_in(clerk).get("/admin/").content.decode()


def test_rejects_consumers_and_signed_out_users(alice, client, examined):
    assert sign_in(alice).post(PAGE, follow=True).status_code == 403
    assert client.get(PAGE).status_code == 302 and examined == []


def test_has_no_inline_script_or_style(operator, examined):
    own = operator.post(PAGE).content.decode().partition('<div id="content"')[2].partition("<footer")[0]
    assert own and "<script" not in own and "style=" not in own
