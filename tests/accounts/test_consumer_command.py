import pytest
from django.core.management import CommandError, call_command

from portal.accounts.models import Consumer

pytestmark = pytest.mark.django_db


def test_creates_a_consumer_whose_address_counts_as_verified_with_a_password():
    call_command(
        "consumer", "Anna@example.com", first_name="Anna", last_name="Berg", password="a-lamp-by-the-window"
    )
    anna = Consumer.objects.get()
    assert (anna.email, anna.get_full_name()) == ("anna@example.com", "Anna Berg")
    assert anna.verified_address() == "anna@example.com" and anna.check_password("a-lamp-by-the-window")


def test_without_a_password_nobody_can_sign_in_and_nothing_is_verified():
    call_command("consumer", "anna@example.com")
    anna = Consumer.objects.get()
    assert not anna.has_usable_password() and anna.verified_address() is None


def test_a_second_time_changes_only_what_is_named():
    call_command("consumer", "anna@example.com", first_name="Anna", password="a-lamp-by-the-window")
    call_command("consumer", "anna@example.com", last_name="Berg")
    anna = Consumer.objects.get()
    assert anna.get_full_name() == "Anna Berg" and anna.check_password("a-lamp-by-the-window")


@pytest.mark.parametrize(
    ("email", "password", "told"),
    [
        ("anna", "a-lamp-by-the-window", "such as name@example.com"),
        ("anna@example.com", "short", "at least 12 characters"),
        ("anna@example.com", "q1w2e3r4t5y6", "too common"),
    ],
)
def test_says_what_is_wrong_and_creates_nobody(email, password, told):
    with pytest.raises(CommandError, match=told):
        call_command("consumer", email, password=password)
    assert not Consumer.objects.exists()


def test_makes_an_operator():
    call_command("consumer", "olga@example.com", operator=True, password="a-lamp-by-the-window")
    assert Consumer.objects.get().is_staff
