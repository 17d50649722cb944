"""Actions on consumers in the admin: for a selection in the list, and as buttons on a consumer's own page."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts import permissions
from portal.accounts.admin import invitations as invitation_pages
from portal.accounts.admin import operations
from portal.accounts.admin.base import GuardedAdmin
from portal.accounts.models import Consumer, ConsumerRequest
from portal.accounts.signup import invitations

Operation = Callable[[Consumer, ConsumerRequest], None]
_CHANGE_PAGE = "admin:accounts_consumer_change"


class ConsumerActions(GuardedAdmin):
    actions = ("invite", "withdraw", "end_sessions", "switch_off", "switch_on", "remove_second_steps")

    def get_actions(self, request: HttpRequest, action_location: Any = None) -> dict[str, Any]:
        """Without Django's bulk deletion: accounts are deleted one by one, each on its own page.

        `action_location` is an argument since Django 6.1.
        """
        location = () if action_location is None else (action_location,)
        actions = super().get_actions(request, *location)
        return {name: action for name, action in actions.items() if name in self.actions}

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        consumer: Any = self.get_object(request, object_id)
        buttons = []
        if consumer and self.has_change_permission(request, consumer):
            buttons = [(name, getattr(self, name).short_description) for name in _useful_actions(consumer)]
        context = {"buttons": buttons, "checkbox": ACTION_CHECKBOX_NAME, **(extra_context or {})}
        page: HttpResponse = super().change_view(request, object_id, form_url, context)
        return page

    @admin.action(description=gettext_lazy("Invite, or invite again"), permissions=["change"])
    def invite(self, request: ConsumerRequest, consumers: QuerySet[Consumer]) -> HttpResponse:
        for consumer in permissions.manageable(request.user, consumers):
            invitation_pages.invite(request, consumer.email)
        return _back(request, consumers)

    @admin.action(description=gettext_lazy("Withdraw the invitation"), permissions=["change"])
    def withdraw(self, request: ConsumerRequest, consumers: QuerySet[Consumer]) -> HttpResponse:
        return self._apply(
            request, consumers, operations.withdraw_invitation, _("Invitations withdrawn: %d.")
        )

    @admin.action(description=gettext_lazy("Sign out everywhere"), permissions=["change"])
    def end_sessions(self, request: ConsumerRequest, consumers: QuerySet[Consumer]) -> HttpResponse:
        question = _("Sign out in each browser in which they are signed in now?")
        success = _("Consumers signed out: %d.")
        return self._confirm(request, consumers, "end_sessions", question) or self._apply(
            request, consumers, operations.end_sessions, success
        )

    @admin.action(description=gettext_lazy("Switch off"), permissions=["change"])
    def switch_off(self, request: ConsumerRequest, consumers: QuerySet[Consumer]) -> HttpResponse:
        question = _("Switch off? They are signed out, and cannot sign in until you switch them on again.")
        success = _("Accounts switched off: %d.")
        return self._confirm(request, consumers, "switch_off", question) or self._apply(
            request, consumers, operations.deactivate, success
        )

    @admin.action(description=gettext_lazy("Switch on"), permissions=["change"])
    def switch_on(self, request: ConsumerRequest, consumers: QuerySet[Consumer]) -> HttpResponse:
        return self._apply(request, consumers, operations.activate, _("Accounts switched on: %d."))

    @admin.action(
        description=gettext_lazy("Remove two-step verification (lost phone)"), permissions=["change"]
    )
    def remove_second_steps(self, request: ConsumerRequest, consumers: QuerySet[Consumer]) -> HttpResponse:
        if consumers.count() != 1:
            self.message_user(request, _("Choose one consumer at a time."), messages.ERROR)
            return _back(request, consumers)
        question = _(
            "Remove two-step verification? The password alone, or an emailed code, then opens the account. First make"
            " sure that it is the owner who asks. We tell them by email."
        )
        success = _("Two-step verification removed from: %d.")
        return self._confirm(request, consumers, "remove_second_steps", question) or self._apply(
            request, consumers, operations.remove_second_steps, success
        )

    def _confirm(
        self, request: ConsumerRequest, consumers: QuerySet[Consumer], action: str, question: str
    ) -> HttpResponse | None:
        """The page that lists the accounts and asks, unless the operator has just confirmed there."""
        if "confirmed" in request.POST:
            return None
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": getattr(self, action).short_description,
            "question": question,
            "consumers": consumers,
            "action": action,
            "checkbox": ACTION_CHECKBOX_NAME,
            "from_page": "from_page" in request.POST,
            "back": _back(request, consumers).url,
        }
        return TemplateResponse(request, "admin/accounts/consumer/confirm.html", context)

    def _apply(
        self, request: ConsumerRequest, consumers: QuerySet[Consumer], operation: Operation, success: str
    ) -> HttpResponse:
        """Apply the operation to each consumer, and report how many succeeded, and which did not and why."""
        applied, refused = 0, defaultdict[str, list[str]](list)
        for consumer in consumers:
            try:
                if not permissions.can_manage(request.user, consumer):
                    raise operations.ActionNotApplied(
                        _("an operator’s account, which only superusers have to do with")
                    )
                operation(consumer, request)
                applied += 1
            except operations.ActionNotApplied as error:
                refused[str(error)].append(consumer.email)
        self.message_user(request, success % applied, messages.SUCCESS if applied else messages.INFO)
        for reason, addresses in refused.items():
            who = {"who": ", ".join(addresses), "reason": reason}
            self.message_user(request, _("Not done for %(who)s: %(reason)s.") % who, messages.WARNING)
        return _back(request, consumers)


def _back(request: HttpRequest, consumers: QuerySet[Consumer]) -> HttpResponseRedirect:
    """The page on which the operator chose the action: the consumer's own, or the list with its filters."""
    one = consumers.first() if "from_page" in request.POST else None
    return HttpResponseRedirect(reverse(_CHANGE_PAGE, args=[one.pk]) if one else request.get_full_path())


def _useful_actions(consumer: Any) -> list[str]:
    """The actions that would change something. `consumer` is as `ConsumerAdmin.get_object` returns it."""
    useful = {
        "invite": not invitations.refusal_reason(consumer.email),
        "withdraw": operations.pending_invitation(consumer) is not None,
        "end_sessions": consumer.is_active,
        "switch_off": consumer.is_active,
        "switch_on": not consumer.is_active and consumer.proved,
        "remove_second_steps": consumer.steps,
    }
    return [name for name, is_useful in useful.items() if is_useful]
