"""Switching a message between plain text and formatted: it is open already, and the log gets no second line for it.

The page of an opened message has a token for its form, which the form hands on to the page that it leads to. It proves
that the opening was logged in this session.
"""

from typing import Final

from django.core.signing import BadSignature, Signer

from portal.accounts.models import ConsumerRequest

FIELD: Final = "opened"
_signer: Final = Signer(salt="inbox.views.view_switch")


def token(request: ConsumerRequest, reference: str) -> str:
    return _signer.signature(_opening(request, reference))


def was_open(request: ConsumerRequest, reference: str) -> bool:
    """Whether the address of this page carries the token."""
    try:
        _signer.unsign(f"{_opening(request, reference)}{_signer.sep}{request.GET.get(FIELD, '')}")
    except BadSignature:
        return False
    return True


def _opening(request: ConsumerRequest, reference: str) -> str:
    return f"{request.session.session_key} {request.user.pk} {reference}"
