"""Companies and their keys in the admin: a key opens any account, so each change is checked and logged."""

import html

import pytest

from portal.accounts.models import Activity, Company, CompanyKey
from tests.accounts.federation.handoff.company import ISSUER, ORIGIN, private_pem, public_pem

pytestmark = pytest.mark.postgresql("portal.accounts.models.company")

ADD = "/admin/accounts/company/add/"


def form(*keys, initial=0, **fields):
    posted = {"name": "The Company", "issuer": ISSUER, "keys_url": "", **fields}
    posted |= {"keys-TOTAL_FORMS": len(keys), "keys-INITIAL_FORMS": initial}
    for number, key in enumerate(keys):
        whole = {"key_id": "2026-11", "algorithm": "ES256", "is_active": "on", **key}
        posted |= {f"keys-{number}-{name}": value for name, value in whole.items()}
    return posted


def page_text(page):
    assert page.status_code == 200
    return html.unescape(page.content.decode())


def test_adding_a_company_names_each_key_in_the_log(superuser):
    keys = (
        {"public_key": public_pem("first")},
        {"public_key": public_pem("rsa"), "key_id": "r", "algorithm": "RS256"},
    )
    assert superuser.post(ADD, form(*keys)).status_code == 302
    assert [key.algorithm for key in Company.objects.get().keys.all()] == ["ES256", "RS256"]
    line = Activity.objects.get()
    assert line.by == "olga@example.com"
    assert line.detail == "company The Company: added, key 2026-11 added, key r added"
    assert "2026-11, r" in page_text(superuser.get("/admin/accounts/company/"))


def test_deactivated_and_deleted_keys_are_logged(superuser):
    superuser.post(ADD, form({"public_key": public_pem("first")}))
    company, key = Company.objects.get(), CompanyKey.objects.get()
    page = f"/admin/accounts/company/{company.pk}/change/"
    same = {"id": key.pk, "company": company.pk, "public_key": public_pem("first").replace("\n", "\r\n")}
    superuser.post(page, form({**same, "is_active": ""}, initial=1))
    assert Activity.objects.first().detail == "company The Company: key 2026-11: is_active"
    superuser.post(page, form({**same, "DELETE": "on"}, initial=1))
    assert Activity.objects.first().detail == "company The Company: key 2026-11 deleted"
    assert not CompanyKey.objects.exists()


@pytest.mark.parametrize("around", ["", "\n", "text before\n"])
def test_private_key_is_refused_as_leaked_and_not_sent_back(superuser, around):
    private = private_pem("first")
    page = page_text(superuser.post(ADD, form({"public_key": around + private})))
    assert "consider it leaked" in page and "PRIVATE KEY-----" not in page and private[40:80] not in page
    assert 'value="2026-11"' in page and not Company.objects.exists()


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ({"public_key": "x"}, "begins with -----BEGIN PUBLIC KEY-----"),
        ({"public_key": "-----BEGIN CERTIFICATE-----"}, "begins with -----BEGIN PUBLIC KEY-----"),
        ({"public_key": ""}, "This field is required"),
        ({"public_key": public_pem("p384")}, "for another algorithm"),
        ({"public_key": public_pem("rsa")}, "for another algorithm"),
        ({"public_key": public_pem("first"), "algorithm": "RS256"}, "for another algorithm"),
        ({"public_key": public_pem("rsa-1024"), "algorithm": "RS256"}, "2048 bits or more"),
        ({"public_key": public_pem("first"), "algorithm": "HS256"}, "Select a valid choice"),
    ],
    ids=range(8),
)
def test_unusable_key_is_refused_with_an_explanation(superuser, key, words):
    assert words in page_text(superuser.post(ADD, form(key)))
    assert not Company.objects.exists()


def test_key_id_is_unique_within_a_company(superuser):
    twice = [{"public_key": public_pem("first")}] * 2
    assert "duplicate data" in page_text(superuser.post(ADD, form(*twice)))


@pytest.mark.parametrize(
    "url", ["http://company.example/keys", "file:///etc/passwd", "company.example", "x" * 501]
)
def test_key_set_url_has_to_be_https(superuser, url):
    assert "errorlist" in page_text(superuser.post(ADD, form(keys_url=url)))
    assert superuser.post(ADD, form(keys_url=f"{ORIGIN}/keys")).status_code == 302


def test_issuer_of_single_sign_on_is_refused(superuser, settings):
    settings.PORTAL_OIDC_ISSUER = ISSUER
    page = page_text(superuser.post(ADD, form()))
    assert "PORTAL_OIDC_ISSUER" in page and not Company.objects.exists()
    assert superuser.post(ADD, form(issuer=f"{ISSUER}/hand-off")).status_code == 302


@pytest.mark.parametrize("page", ["", "add/", "1/change/", "1/delete/"])
def test_other_operators_have_no_access(clerk, page):
    Company.objects.create(pk=1, name="The Company", issuer=ISSUER)
    assert clerk.get(f"/admin/accounts/company/{page}").status_code == 403
