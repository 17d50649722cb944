from urllib.parse import unquote

import pytest

from portal.accounts.models import Activity, Consumer
from tests.accounts.signing_in import PASSWORD
from tests.accounts.signing_in import sign_in as sign_in_with_password
from tests.conftest import sign_in


@pytest.fixture
def browser(charlie):
    return sign_in(charlie)


def change(browser, first_name="Karl", last_name="Example"):
    return browser.post("/accounts/name/", {"first_name": first_name, "last_name": last_name})


def test_works(browser):
    assert 'value="Charlie"' in browser.get("/accounts/name/").content.decode()
    assert change(browser).url == "/accounts/"
    assert Consumer.objects.get().get_full_name() == "Karl Example"


def test_change_is_logged_without_the_name(browser):
    change(browser)
    line = Activity.objects.get()
    assert line.event == "name_changed" and "Karl" not in str(vars(line))


def test_saving_the_same_name_changes_and_logs_nothing(browser):
    assert change(browser, "Charlie").url == "/accounts/"
    assert not Activity.objects.exists()


@pytest.mark.parametrize("name", ["x" * 81, "Karl\ue000"])
def test_name_that_cannot_sign_messages_is_refused(browser, name):
    assert 'id="id_first_name_error"' in change(browser, name).content.decode()
    assert Consumer.objects.get().first_name == "Charlie"


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("Karl\r\nBcc: all@example.com", "Karl Bcc: all@example.com"),
        ("Ka\x00rl\x0b", "Karl"),
        ("\u202eKarl\u2066", "Karl"),
        ("\u200bKarl \ufeff", "Karl"),
        ("Karl\u2028Maria", "Karl Maria"),
    ],
)
def test_what_is_pasted_with_a_name_is_no_reason_to_type_it_anew(browser, typed, stored):
    assert change(browser, typed).url == "/accounts/"
    assert Consumer.objects.get().first_name == stored


@pytest.mark.parametrize(("first", "last"), [("Karl", ""), ("", "Karl"), ("Karl", " \u200b")])
def test_one_name_is_enough(browser, first, last):
    assert change(browser, first, last).url == "/accounts/"
    assert Consumer.objects.get().get_full_name() == "Karl"


@pytest.mark.parametrize("blank", ["", " ", "\u200b\x00"])
def test_no_name_at_all_is_refused(browser, blank):
    page = change(browser, blank, blank).content.decode()
    assert 'id="id_first_name_error"' in page and "Enter your name." in page and "(optional)" not in page
    assert Consumer.objects.get().first_name == "Charlie"


@pytest.mark.parametrize("name", ["Zoë", "Jean-Luc", "O’Neil", "علی\u200cرضا", "山田\u3000太郎", "x" * 80])
def test_international_names_are_accepted(browser, name):
    change(browser, name)
    assert Consumer.objects.get().first_name == name


def test_sign_in_is_required(client, charlie):
    assert change(client).url.startswith("/accounts/login/")
    assert Consumer.objects.get().first_name == "Charlie"


def test_markup_in_a_name_stays_text(browser):
    change(browser, "<script>alert(1)</script>")
    assert "<script>alert" not in browser.get("/accounts/").content.decode()


def sign_in_without_a_name(client, query="", **fields):
    consumer = Consumer.objects.create_user("nora@example.com", PASSWORD, **fields)
    consumer.mark_verified()
    return sign_in_with_password(client, login=consumer.email, query=query)


def test_user_without_a_name_is_asked_after_sign_in_and_redirected(client, db):
    asked = sign_in_without_a_name(client, "?next=/outgoing/").url
    assert unquote(asked) == "/accounts/name/?next=/outgoing/"
    page = client.get(asked).content.decode()
    assert "Tell us your name" in page and 'href="/outgoing/"' in page
    assert client.post(asked, {"first_name": "Nora", "last_name": "Berg"}).url == "/outgoing/"
    assert Consumer.objects.get().get_full_name() == "Nora Berg"


def test_name_can_be_skipped(client, db, sandbox):
    sign_in_without_a_name(client)
    assert client.get("/").status_code == 200


def test_operators_are_not_asked(client, db):
    assert sign_in_without_a_name(client, "?next=/admin/", is_staff=True).url == "/admin/"


def test_page_does_not_redirect_to_other_sites(browser):
    answer = browser.post("/accounts/name/?next=https://evil.example/", {"first_name": "A", "last_name": "B"})
    assert answer.url == "/accounts/"


def test_a_next_page_without_a_slash_is_no_name_of_a_view(browser):
    answer = browser.post("/accounts/name/?next=0", {"first_name": "A", "last_name": "B"})
    assert answer.status_code == 302
