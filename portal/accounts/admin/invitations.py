"""Invitations, for operators: their state, and inviting many people at once from a file."""

from django.contrib import admin, messages
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts.admin.base import GuardedAdmin
from portal.accounts.emails import delivery
from portal.accounts.forms.admin import InvitationFileForm
from portal.accounts.models import ConsumerRequest, Invitation
from portal.accounts.signup import bulk, invitations
from portal.accounts.signup.csv_file import Line
from portal.accounts.signup.invitations import State

# The page tries to send the mails before it answers; `manage.py invite` has no such limit.
_MAX_LINES = 100
_MAIL_SECONDS = 10  # What is not mailed by then is left to `manage.py deliver`.
_SALT = "portal.accounts.invitation_admin"
_REVIEW_LIFETIME = 3600  # Seconds.


def describe(invitation: Invitation) -> str:
    """The invitation's state in words."""
    until = date_format(localtime(invitation.expires_at)) if invitation.expires_at else ""
    return {
        State.OPEN: _("invited until %s") % until,
        State.WAITING: _("invited until %s, and emailed as soon as the mail server takes the email") % until,
        State.ACCEPTED: _("invitation accepted"),
        State.WITHDRAWN: _("invitation withdrawn"),
        State.EXPIRED: _("invitation expired"),
        State.NOT_SENT: _("invitation not sent"),
    }[invitations.state(invitation)]


def invite(request: ConsumerRequest, email: str, first_name: str = "", last_name: str = "") -> bool:
    """Invite, and show the operator a message about the result. Returns whether it succeeded."""
    try:
        invitation = invitations.invite(email, first_name=first_name, last_name=last_name, request=request)
    except invitations.NotInvited as error:
        messages.error(request, f"{error} ({email})")
        return False
    level = messages.WARNING if invitations.state(invitation) is State.WAITING else messages.SUCCESS
    messages.add_message(request, level, f"{describe(invitation)} ({email})")
    return True


@admin.register(Invitation)
class InvitationAdmin(GuardedAdmin):
    list_display = ("consumer", "state", "invited_by", "sent_at", "expires_at")
    list_select_related = ("consumer",)
    search_fields = ("consumer__email__startswith", "^consumer__first_name", "^consumer__last_name")
    search_help_text = gettext_lazy("How the address or a name begins.")
    sortable_by = ()  # Only the default order, newest first, has an index.
    fields = ("consumer", "state", "invited_by", "sent_at", "expires_at", "accepted_at", "withdrawn_at")
    actions = ("invite_again", "withdraw")

    @admin.display(description=gettext_lazy("state"))
    def state(self, invitation: Invitation) -> str:
        return describe(invitation)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Invitations are made by adding a consumer."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Only together with the consumer: without its invitation, an inactive account would look switched off."""
        page = request.resolver_match
        return page is not None and not str(page.url_name).startswith("accounts_invitation_")

    def has_invite_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("accounts.add_consumer")

    @admin.action(description=gettext_lazy("Invite again"), permissions=["invite"])
    def invite_again(self, request: ConsumerRequest, chosen: QuerySet[Invitation]) -> None:
        for invitation in chosen:
            invite(request, invitation.consumer.email)

    @admin.action(description=gettext_lazy("Withdraw"), permissions=["invite"])
    def withdraw(self, request: ConsumerRequest, chosen: QuerySet[Invitation]) -> None:
        number = sum(invitations.withdraw(invitation, request) for invitation in chosen)
        self.message_user(request, _("Invitations withdrawn: %d.") % number)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.from_file)
        return [path("file/", view, name="accounts_invitation_file"), *super().get_urls()]

    def from_file(self, request: ConsumerRequest) -> HttpResponse:
        """First review an uploaded file; then invite its good lines, which the review posts back, signed."""
        if not self.has_invite_permission(request):
            raise PermissionDenied
        if "reviewed" in request.POST:
            return self._invite_reviewed(request)
        form = InvitationFileForm(request.POST or None, request.FILES or None, max_lines=_MAX_LINES)
        review = form.cleaned_data["file"] if form.is_valid() else None
        reviewed = [vars(line) for line in review.good] if review else []
        context = {
            **self.admin_site.each_context(request),
            "title": _("Invite from a file"),
            "opts": self.opts,
            "form": form,
            "review": review,
            "reviewed": signing.dumps([request.user.pk, reviewed], salt=_SALT, compress=True),
            "most": _MAX_LINES,
        }
        return TemplateResponse(request, "admin/accounts/invitation/file.html", context)

    def _invite_reviewed(self, request: ConsumerRequest) -> HttpResponse:
        lines = _reviewed_lines(request)
        if lines is None:
            messages.error(request, _("That review is too old. Choose the file again."))
            return redirect("admin:accounts_invitation_file")
        problems = bulk.invite_all(lines, request)
        for problem in problems:
            messages.error(request, str(problem))
        messages.success(request, _("Invited: %d.") % (len(lines) - len(problems)))
        delivery.send_due(seconds=_MAIL_SECONDS)
        _tell_unsent(request, [line.email for line in lines])
        return redirect("admin:accounts_invitation_changelist")


def _tell_unsent(request: ConsumerRequest, addresses: list[str]) -> None:
    """Which of these people have not been mailed yet, and which never will be."""
    unsent = Invitation.objects.filter(consumer__email__in=addresses, sent_at=None, accepted_at=None)
    states = [(invitations.state(one), one.consumer.email) for one in unsent.select_related("consumer")]
    if waiting := [address for state, address in states if state is State.WAITING]:
        words = _("Emailed as soon as the mail server takes their emails: %s.")
        messages.warning(request, words % ", ".join(waiting))
    if refused := [address for state, address in states if state is State.NOT_SENT]:
        messages.error(request, _("Refused by the mail server: %s.") % ", ".join(refused))


def _reviewed_lines(request: ConsumerRequest) -> list[Line] | None:
    """The posted lines, if this operator has reviewed them within the last hour."""
    try:
        by, lines = signing.loads(request.POST["reviewed"], salt=_SALT, max_age=_REVIEW_LIFETIME)
    except signing.BadSignature:
        return None
    return [Line(**line) for line in lines] if by == request.user.pk else None
