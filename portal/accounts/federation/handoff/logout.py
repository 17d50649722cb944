"""What ends a session, beside its owner: whoever looks at the website must not be shown the mail of somebody else."""

from allauth.socialaccount.models import SocialAccount
from django.http import HttpRequest

from portal.accounts.allauth_compat import AUTHENTICATION_METHODS_SESSION_KEY, get_pending_stage, logout
from portal.accounts.federation.errors import SignInFailed
from portal.accounts.federation.handoff.readings import Named
from portal.accounts.login.reauthentication import HAND_OFF
from portal.accounts.models import Company, Consumer


def began_so(request: HttpRequest) -> bool:
    """Whether a hand-off began this session, or the sign-in that is under way in it."""
    return _beginning(request).get("method") == HAND_OFF


def is_operators(request: HttpRequest) -> bool:
    """Whether an operator is signed in, who did so at the portal. No website has a say in that."""
    return request.user.is_authenticated and request.user.is_staff and not began_so(request)


def leave(request: HttpRequest, company: Company) -> bool:
    """Nobody is signed in at the company: end what its hand-off began, finished or not. Whether there was any."""
    if not began_so(request) or _beginning(request).get("issuer") != company.issuer:
        return False
    end(request)
    return True


def turn_away(request: HttpRequest, failure: SignInFailed, named: Named | None) -> bool:
    """What a refused token leaves of the session that it met; `named` is whom it names. Whether that session ended.

    One that began by hand-off stays for the same person alone, and that has to be proved. It may be merely said where
    we could not look: who lies then keeps what this browser has already. One that people began by themselves ends
    where it is proved that somebody else is signed in at the company.
    """
    person = _person(request)
    if person is None or is_operators(request):
        return False
    if began_so(request):
        believed = named is not None and (named.is_proved or failure.is_ours)
        stays = believed and not person.is_staff and _is_same(named, person)
    else:
        stays = named is None or not named.is_proved or _is_same(named, person)
    if not stays:
        end(request)
    return not stays


def end(request: HttpRequest) -> bool:
    """End what is signed in, or about to be. Whether anybody was signed in."""
    was_in = request.user.is_authenticated
    logout(request, show_message=False)
    return was_in


def _person(request: HttpRequest) -> Consumer | None:
    """Who is signed in, or will be once they have proved a second step."""
    if isinstance(request.user, Consumer):
        return request.user
    stage = get_pending_stage(request)
    return stage.login.user if stage else None


def _is_same(named: Named | None, person: Consumer) -> bool:
    """Whether a token that holds, and names the same, would open the account of this person."""
    if named is None:
        return False
    linked = SocialAccount.objects.filter(provider=named.issuer, uid=named.subject).first()
    return named.address == person.email if linked is None else linked.user_id == person.pk


def _beginning(request: HttpRequest) -> dict[str, object]:
    """The first of django-allauth's records of how they proved who they are."""
    records = request.session.get(AUTHENTICATION_METHODS_SESSION_KEY)
    return records[0] if records else {}
