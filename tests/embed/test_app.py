"""The company's app hands its customer over in a web view: no frame, the portal's ordinary pages and session."""

from urllib.parse import urlsplit

import pytest
from django.test import Client

from portal.accounts.models import Activity, Consumer
from portal.embed.models import Website
from tests.accounts.federation.handoff.company import MISSING, make_company, token
from tests.accounts.operators import make_superuser
from tests.accounts.signing_in import add_totp
from tests.conftest import sign_in
from tests.embed.framing import IN_FRAME, ORIGIN, is_refusal_page
from tests.embed.window_requests import is_signed_in

APP = "/embed/app/https:www.company.example/"
ANNA, BEN = "anna@example.com", {"sub": "ben-1", "email": "ben@example.com", "name": "Ben Example"}
A_PAGE_CAUSED_IT = [
    None,
    "cross-site",
    "same-site",
    "same-origin",
]  # Values of Sec-Fetch-Site, or none at all.


@pytest.fixture(autouse=True)
def website(db) -> Website:
    return Website.objects.create(name="The Company", origin=ORIGIN, company=make_company("first"))


@pytest.fixture
def web_view() -> Client:
    """It enforces CSRF tokens, of which an app has none."""
    return Client(enforce_csrf_checks=True)


def enter(browser, text="", site="none", path=APP, **fields):
    headers = {} if site is None else {"Sec-Fetch-Site": site}
    return browser.post(path, {"token": text, **fields}, headers=headers)


def test_works_and_leads_to_the_page_that_the_app_wants(web_view, sandbox):
    answer = enter(web_view, token(), next="/inbox/claims/?status=unread")
    assert (answer.status_code, answer["Location"]) == (302, "/inbox/claims/?status=unread")
    assert is_signed_in(web_view) and web_view.get("/unread.json").json()["total"] == 0
    assert Consumer.objects.get().verified_address() == ANNA
    assert Activity.objects.filter(event="signed_in", detail="hand_off").count() == 1


@pytest.mark.parametrize(
    "wanted",
    [
        "",
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example/",
        "javascript:alert(1)",
        "/embed/in/x/",
        "/" * 999,
    ],
)
def test_it_leads_to_no_other_place_than_a_page_of_the_portal(web_view, wanted):
    assert enter(web_view, token(), next=wanted)["Location"] == "/"


@pytest.mark.parametrize("site", A_PAGE_CAUSED_IT)
def test_if_a_page_may_have_caused_it_the_customer_is_asked_whose_account_it_shall_be(
    web_view, sandbox, site
):
    answer = enter(web_view, token(), site, next="/inbox/claims/")
    assert answer.status_code == 302 and not is_signed_in(web_view)
    question = web_view.get(answer["Location"])
    assert "Continue as anna@example.com?" in " ".join(question.content.decode().split())
    proof = {"csrfmiddlewaretoken": question.context["csrf_token"]}
    assert web_view.post(answer["Location"], proof)["Location"] == "/inbox/claims/"
    assert is_signed_in(web_view)


def test_the_address_for_a_custom_tab_works_without_the_apps_cookies_and_once(sandbox):
    """An app's own HTTP client sends no Sec-Fetch-Site; the system's browser opens the address that it gets."""
    address = enter(Client(), token(), None)["Location"]
    assert "eyJ" not in address and urlsplit(address).path == address
    tab = Client()
    assert tab.post(address)["Location"] == "/" and is_signed_in(tab)
    assert Client().post(address).status_code == 410


def test_another_customer_in_the_app_ends_the_former_ones_session(web_view, sandbox):
    enter(web_view, token())
    former = web_view.session.session_key
    answer = enter(web_view, token(**BEN))
    assert '"cache", "storage"' in answer["Clear-Site-Data"]
    assert web_view.session.session_key != former
    assert "Ben" in web_view.get("/").content.decode()


def test_a_second_step_is_asked_for_and_leads_on(web_view, sandbox):
    enter(web_view, token())
    add_totp(Consumer.objects.get())
    again = Client()
    assert enter(again, token(), next="/inbox/claims/")["Location"] == "/inbox/claims/"
    assert "/2fa/authenticate/" in again.get("/inbox/claims/")["Location"] and not is_signed_in(again)


@pytest.mark.parametrize(
    "changes",
    [{"exp": 1}, {"email_verified": MISSING}, {"origin": "https://other.example"}, {"key": "second"}],
)
def test_a_refused_token_signs_nobody_in_and_says_so(web_view, changes):
    answer = enter(web_view, token(**changes))
    assert answer.status_code == 403 and not is_signed_in(web_view)
    assert 'href="/accounts/login/"' in answer.content.decode()
    assert Activity.objects.get().event == "sign_in_failed"


def test_a_token_works_once(web_view):
    text = token()
    enter(web_view, text)
    assert enter(Client(), text).status_code == 403


def test_a_refused_token_of_another_customer_ends_the_session(web_view):
    enter(web_view, token())
    answer = enter(web_view, token(**BEN, exp=1))
    assert answer.status_code == 403 and not is_signed_in(web_view)
    assert "Clear-Site-Data" in answer


def test_operators_are_not_handed_over():
    operator = sign_in(make_superuser("Olga"))
    assert enter(operator, token()).status_code == 403
    assert is_signed_in(operator)


def test_the_app_ends_the_session_without_a_token(web_view, sandbox):
    enter(web_view, token())
    answer = enter(web_view)
    assert answer["Location"] == "/" and "Clear-Site-Data" in answer and not is_signed_in(web_view)
    assert web_view.get("/unread.json").status_code == 401


@pytest.mark.parametrize("site", ["cross-site", "same-site", "same-origin"])
@pytest.mark.parametrize("text", ["", "x"], ids=["no token", "a refused one"])
def test_no_page_ends_a_session(web_view, site, text):
    enter(web_view, token())
    assert enter(web_view, text, site).status_code == 403
    assert is_signed_in(web_view)


def test_a_session_that_the_customer_began_themselves_goes_on(alice):
    browser = sign_in(alice)
    enter(browser)
    assert is_signed_in(browser)


@pytest.mark.parametrize(
    "site", ["https:other.example", "http:www.company.example", "null", ":", "https:www.company.example,de"]
)
def test_a_website_that_is_not_listed_hands_nobody_over(web_view, site):
    assert enter(web_view, token(), path=f"/embed/app/{site}/").status_code == 404


def test_a_website_without_a_company_hands_nobody_over(web_view):
    Website.objects.update(company=None)
    assert enter(web_view, token()).status_code == 404


def test_rejects_get_so_that_no_token_is_in_an_address(web_view):
    assert web_view.get(APP, {"token": token()}).status_code == 405
    assert web_view.get(f"{APP}?token={token()}").status_code == 405
    assert not is_signed_in(web_view)


def test_it_is_refused_in_a_frame(web_view):
    assert is_refusal_page(web_view.post(APP, {"token": token()}, headers=IN_FRAME))
    assert not is_signed_in(web_view)


def test_wrong_tokens_are_rate_limited_and_valid_ones_are_not(settings):
    settings.ACCOUNT_RATE_LIMITS = {"hand_off": "2/m/ip"}
    assert [enter(Client(), "x").status_code for _ in range(3)] == [403, 403, 429]
    assert enter(Client(), token()).status_code == 302


def test_the_log_gives_the_reason_and_neither_token_nor_address(web_view, caplog):
    enter(web_view, token(exp=1))
    assert f"Hand-off from {ORIGIN} failed: " in caplog.text
    assert "eyJ" not in caplog.text and "anna" not in caplog.text
