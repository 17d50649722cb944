"""Addresses of other people that look like kim.sand@example.com, or fold to it."""

import re

import pytest
from django.core import mail
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.test import Client

from portal.accounts.models import Consumer
from portal.accounts.signup import invitations
from tests.accounts.signing_in import PASSWORD, sign_in

pytestmark = pytest.mark.django_db
KIM = "kim.sand@example.com"

REFUSED = {
    "Kelvin sign": "\u212aim.sand@example.com",
    "dotless i": "k\u0131m.sand@example.com",
    "dotted capital I": "k\u0130m.sand@example.com",
    "long s": "kim.\u017fand@example.com",
    "long s in the domain": "kim.sand@example.com".replace("e.c", "e.\u017f"),
    "fullwidth letter": "\uff4bim.sand@example.com",
    "fullwidth at sign": "kim.sand\uff20example.com",
    "fullwidth full stop": "kim.sand@example\uff0ecom",
    "ideographic full stop": "kim.sand@example\u3002com",
    "halfwidth ideographic full stop": "kim.sand@example\uff61com",
    "small full stop": "kim\ufe52sand@example.com",
    "one dot leader": "kim\u2024sand@example.com",
    "Cyrillic i": "k\u0456m.sand@example.com",
    "Cyrillic a in the domain": "kim.sand@ex\u0430mple.com",
    "Greek omicron in the domain": "kim.sand@example.c\u03bfm",
    "mathematical letter": "\U0001d424im.sand@example.com",
    "circled letter": "\u24daim.sand@example.com",
    "superscript letter": "kim.san\u1d48@example.com",
    "ligature": "kim.sand@example.com".replace("sand", "\ufb06and"),
    "sharp s": "kim.\u00dfand@example.com",
    "combining accent": "kim.sand\u0301@example.com",
    "composed accent": "k\u00edm.sand@example.com",
    "zero-width space": "kim\u200b.sand@example.com",
    "zero-width joiner": "kim\u200d.sand@example.com",
    "zero-width non-joiner": "kim\u200c.sand@example.com",
    "byte order mark": "\ufeffkim.sand@example.com",
    "soft hyphen": "kim\u00ad.sand@example.com",
    "right-to-left mark": "kim\u200f.sand@example.com",
    "right-to-left override": "\u202emoc.elpmaxe@dnas.mik",
    "variation selector": "kim\ufe0f.sand@example.com",
    "no-break space": "kim.sand@example.com\u00a0",
    "IDN": "kim.sand@ex\u00e4mple.com",
    "quoted local part": '"kim.sand"@example.com',
    "quoted local part with a space": '"kim sand"@example.com',
    "escaped local part": "kim\\.sand@example.com",
    "comment": "kim.sand(comment)@example.com",
    "comment in the domain": "kim.sand@(comment)example.com",
    "angle brackets": "Kim <kim.sand@example.com>",
    "two addresses": "kim.sand@example.com,eve@example.com",
    "two at signs": "kim.sand@example.com@evil.example",
    "source route": "@evil.example:kim.sand@example.com",
    "IP-literal domain": "kim.sand@[192.0.2.1]",
    "trailing dot of the domain": "kim.sand@example.com.",
    "trailing dot of the local part": "kim.sand.@example.com",
    "double dot": "kim..sand@example.com",
    "one label": "kim.sand@localhost",
    "header": "kim.sand@example.com\r\nBcc: eve@example.com",
    "tab": "kim.sand\t@example.com",
    "percent-encoded": "kim.sand@example%2Ecom",
    "query": "kim.sand@example.com&securebox=HR",
}
DISTINCT = {
    "tag": "kim.sand+x@example.com",
    "without its dot": "kimsand@example.com",
    "a dot more": "k.im.sand@example.com",
    "underscore": "kim_sand@example.com",
    "one for l": "kim.sand@examp1e.com",
    "rn for m": "kirn.sand@example.com",
    "sub-domain": "kim.sand@mail.example.com",
    "punycode of a look-alike": "kim.sand@xn--exmple-cua.com",
    "longer top-level domain": "kim.sand@example.com.evil.example",
    "apostrophe": "kim.sand'@example.com",
}
SAME = {"upper case": "KIM.SAND@EXAMPLE.COM", "spaces around": "  kim.sand@example.com  "}
IN_WORDS = "such as name@example.com|Use only letters from a to z"


def each(table):
    return pytest.mark.parametrize("typed", table.values(), ids=table)


@pytest.fixture(autouse=True)
def kim(settings) -> Consumer:
    settings.PORTAL_SIGNUP = "open"
    call_command("consumer", KIM, password=PASSWORD, verbosity=0)
    return Consumer.objects.get()


def sign_up(address):
    typed = {"first_name": "Eve", "last_name": "Example", "email": address, "password1": PASSWORD}
    return Client().post("/accounts/signup/", typed)


def address_form():
    """A function that submits the page on which an account's address is changed."""
    call_command("consumer", "eve@example.com", password=PASSWORD, verbosity=0)
    eve = Client()
    sign_in(eve, login="eve@example.com")
    eve.post("/accounts/reauthenticate/", {"password": PASSWORD})

    def change(address):
        cache.clear()
        return eve.post("/accounts/email/", {"email": address, "action_add": ""})

    return change


@each(REFUSED)
def test_cannot_sign_up(typed):
    page = sign_up(typed).content.decode()
    assert 'id="id_email_error"' in page and re.search(IN_WORDS, page)
    assert Consumer.objects.count() == 1 and not mail.outbox


def test_none_can_be_changed_to():
    change = address_form()
    for name, typed in REFUSED.items():
        assert re.search(IN_WORDS, change(typed).content.decode()), name
        assert not mail.outbox, name


@each(REFUSED)
def test_cannot_be_invited_or_created_by_a_command(typed):
    with pytest.raises(ValidationError):
        invitations.invite(typed)
    for options in ({"password": PASSWORD}, {"invite": True}):
        with pytest.raises(CommandError, match=IN_WORDS):
            call_command("consumer", typed, **options)
    assert Consumer.objects.count() == 1 and not mail.outbox


@each(DISTINCT)
def test_is_a_separate_account_with_its_own_mail(typed):
    sign_up(typed)
    assert mail.outbox[0].to == [typed]
    assert Consumer.objects.exclude(email=KIM).get().email == typed
    invitations.invite(typed)
    assert mail.outbox[1].to == [typed]


@each(DISTINCT)
def test_changing_to_it_needs_a_code_mailed_to_it(typed):
    address_form()(typed)
    assert [message.to for message in mail.outbox] == [[typed]]
    assert not Consumer.objects.filter(email=typed).exists()


@each(SAME)
def test_is_the_same_address_and_reveals_nothing(typed, kim):
    assert sign_up(typed).url == "/accounts/confirm-email/"
    assert Consumer.objects.count() == 1 and [message.to for message in mail.outbox] == [[KIM]]
    assert Consumer.objects.get().check_password(PASSWORD)
    with pytest.raises(invitations.NotInvited):
        invitations.invite(typed)
