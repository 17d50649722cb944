"""The company's customers, and which of them is signed in to the website."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.middleware.csrf import rotate_token
from django.utils.crypto import constant_time_compare

from portal.demo.cast import ANNA, MINH, Person

_SESSION_KEY = "customer"


@dataclass(frozen=True)
class Claim:
    number: str
    title: str
    state: str
    news: str
    is_open: bool = True


@dataclass(frozen=True)
class Customer:
    """`number` is the customer's number at the company. It never changes, and is the `sub` of the tokens."""

    number: str
    person: Person
    claims: tuple[Claim, ...]


CUSTOMERS = {
    customer.number: customer
    for customer in (
        Customer(
            "20417",
            ANNA,
            (
                Claim(
                    "NW-50777",
                    "Bicycle stolen at the station",
                    "Accepted",
                    "We wait for your choice: a payment, or a new bicycle from a partner workshop.",
                ),
                Claim(
                    "NW-48213",
                    "Water damage in the kitchen",
                    "Being paid",
                    "2,610.70 are on the way to your account.",
                ),
                Claim("NW-31877", "Hail on the car", "Closed", "Repaired and paid.", is_open=False),
            ),
        ),
        Customer(
            "31882",
            MINH,
            (
                Claim(
                    "NW-51304",
                    "Scooter hit at the traffic lights",
                    "In repair",
                    "Old Mill Garage has the parts and expects you.",
                ),
            ),
        ),
    )
}


def authenticate(email: str, password: str) -> Customer | None:
    for customer in CUSTOMERS.values():
        person = customer.person
        if email.lower() == person.address and constant_time_compare(password, person.password):
            return customer
    return None


def sign_in(request: HttpRequest, customer: Customer) -> None:
    request.session.flush()
    request.session[_SESSION_KEY] = customer.number
    rotate_token(request)


def sign_out(request: HttpRequest) -> None:
    request.session.flush()


def current_customer(request: HttpRequest) -> Customer | None:
    return CUSTOMERS.get(request.session.get(_SESSION_KEY, ""))
