"""Ending sessions on behalf of the company's website.

Several customers may use the website in one browser, one after the other. The portal must not show the mail of the
previous one.
"""

from allauth.socialaccount.models import SocialAccount
from django.http import HttpRequest

from portal.accounts.allauth_compat import AUTHENTICATION_METHODS_SESSION_KEY, get_pending_stage, logout
from portal.accounts.federation.errors import SignInFailed
from portal.accounts.federation.handoff.tokens import RejectedSubject
from portal.accounts.login.reauthentication import HAND_OFF
from portal.accounts.models import Company, Consumer


def is_handoff_session(request: HttpRequest) -> bool:
    """Whether this session, or the unfinished sign-in in it, began with a hand-off."""
    return _first_authentication(request).get("method") == HAND_OFF


def is_operator_session(request: HttpRequest) -> bool:
    """Whether an operator has signed in at the portal itself. No website may end that session."""
    return request.user.is_authenticated and request.user.is_staff and not is_handoff_session(request)


def end_handoff_session(request: HttpRequest, company: Company) -> bool:
    """End the session, or the unfinished sign-in, that a hand-off by this company began. Returns whether there was one.

    For a website on which no customer is signed in any longer.
    """
    if not is_handoff_session(request) or _first_authentication(request).get("issuer") != company.issuer:
        return False
    end_session(request)
    return True


def end_on_rejected_token(
    request: HttpRequest, failure: SignInFailed, subject: RejectedSubject | None
) -> bool:
    """End the session if, after a refused token, it may belong to another person than the website's current user.

    `subject` is the person in the token. Returns whether the session ended.

    - A session that began with a hand-off continues only if the token is about the same person, and a key of the
      company proves that. Where the portal could not check the token, the claim is enough: a false one only leaves
      open what this browser already shows.
    - A session that the customer began by signing in at the portal ends only if the company's key proves that another
      person is signed in on the website.
    - An operator's session continues.
    """
    consumer = _current_consumer(request)
    if consumer is None or is_operator_session(request):
        return False
    if is_handoff_session(request):
        is_believed = subject is not None and (subject.is_signed or failure.is_inconclusive)
        continues = is_believed and not consumer.is_staff and _is_account_of(subject, consumer)
    else:
        continues = subject is None or not subject.is_signed or _is_account_of(subject, consumer)
    if not continues:
        end_session(request)
    return not continues


def end_session(request: HttpRequest) -> bool:
    """Sign out, or end an unfinished sign-in. Returns whether a customer was signed in."""
    was_signed_in = request.user.is_authenticated
    logout(request, show_message=False)
    return was_signed_in


def _current_consumer(request: HttpRequest) -> Consumer | None:
    """The customer of this session: signed in, or about to be, after a second step."""
    if isinstance(request.user, Consumer):
        return request.user
    stage = get_pending_stage(request)
    return stage.login.user if stage else None


def _is_account_of(subject: RejectedSubject | None, consumer: Consumer) -> bool:
    """Whether a valid token about this person would open this account."""
    if subject is None:
        return False
    link = SocialAccount.objects.filter(provider=subject.issuer, uid=subject.subject).first()
    return subject.address == consumer.email if link is None else link.user_id == consumer.pk


def _first_authentication(request: HttpRequest) -> dict[str, object]:
    """The first of django-allauth's authentication records: how the session began."""
    records = request.session.get(AUTHENTICATION_METHODS_SESSION_KEY)
    return records[0] if records else {}
