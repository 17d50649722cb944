"""Requests of one browser, for functions that take a request and change its session."""

from collections.abc import Callable
from typing import Any

from allauth.core import context
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.test import Client, RequestFactory

from portal.accounts.allauth_compat import record_authentication
from portal.accounts.models import Consumer


def new_request() -> HttpRequest:
    """A request without a session so far."""
    request = RequestFactory().post("/")
    request.session, request.user = Client().session, AnonymousUser()
    return request


def signed_in_request(consumer: Consumer, method: str, **record: str) -> HttpRequest:
    """A request of the session that this consumer began by this method: one of django-allauth's, or ours."""
    client = Client()
    client.force_login(consumer)
    request = RequestFactory().post("/")
    request.session, request.user = client.session, consumer
    record_authentication(request, consumer, method, **record)
    return request


def call(function: Callable[..., Any], request: HttpRequest, *arguments: object) -> Any:
    """The function's result, with the request where django-allauth's middleware puts it."""
    with context.request_context(request):
        return function(request, *arguments)
