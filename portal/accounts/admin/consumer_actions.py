"""What operators can do to chosen consumers in the admin: from the list, and by buttons on a consumer's own page."""

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

Act = Callable[[Consumer, ConsumerRequest], None]
_PAGE = "admin:accounts_consumer_change"


class ConsumerActions(GuardedAdmin):
    actions = ("invite", "withdraw", "end_sessions", "switch_off", "switch_on", "remove_second_steps")

    def get_actions(self, request: HttpRequest, action_location: Any = None) -> dict[str, Any]:
        """Accounts are deleted one by one, from their own pages. Django 6.1 tells where the actions are to stand."""
        where = () if action_location is None else (action_location,)
        found = super().get_actions(request, *where)
        return {name: action for name, action in found.items() if name in self.actions}

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        consumer: Any = self.get_object(request, object_id)
        buttons = []
        if consumer and self.has_change_permission(request, consumer):
            buttons = [(name, getattr(self, name).short_description) for name in _offered(consumer)]
        context = {"buttons": buttons, "checkbox": ACTION_CHECKBOX_NAME, **(extra_context or {})}
        page: HttpResponse = super().change_view(request, object_id, form_url, context)
        return page

    @admin.action(description=gettext_lazy("Invite, or invite again"), permissions=["change"])
    def invite(self, request: ConsumerRequest, consumers: QuerySet[Consumer]) -> HttpResponse:
        for consumer in permissions.within_reach(request.user, consumers):
            invitation_pages.invite(request, consumer.email)
        return _back(request, consumers)

    @admin.action(description=gettext_lazy("Withdraw the invitation"), permissions=["change"])
    def withdraw(self, request: ConsumerRequest, consumers: QuerySet[Consumer]) -> HttpResponse:
        return self._each(request, consumers, operations.withdraw, _("Invitations withdrawn: %d."))

    @admin.action(description=gettext_lazy("Sign out everywhere"), permissions=["change"])
    def end_sessions(self, request: ConsumerRequest, consumers: QuerySet[Consumer]) -> HttpResponse:
        question = _("Sign out in each browser in which they are signed in now?")
        said = _("Consumers signed out: %d.")
        return self._ask(request, consumers, "end_sessions", question) or self._each(
            request, consumers, operations.end_sessions, said
        )

    @admin.action(description=gettext_lazy("Switch off"), permissions=["change"])
    def switch_off(self, request: ConsumerRequest, consumers: QuerySet[Consumer]) -> HttpResponse:
        question = _("Switch off? They are signed out, and cannot sign in until you switch them on again.")
        said = _("Accounts switched off: %d.")
        return self._ask(request, consumers, "switch_off", question) or self._each(
            request, consumers, operations.switch_off, said
        )

    @admin.action(description=gettext_lazy("Switch on"), permissions=["change"])
    def switch_on(self, request: ConsumerRequest, consumers: QuerySet[Consumer]) -> HttpResponse:
        return self._each(request, consumers, operations.switch_on, _("Accounts switched on: %d."))

    @admin.action(description=gettext_lazy("Remove second steps (lost phone)"), permissions=["change"])
    def remove_second_steps(self, request: ConsumerRequest, consumers: QuerySet[Consumer]) -> HttpResponse:
        if consumers.count() != 1:
            self.message_user(request, _("Choose one consumer: each case is its own."), messages.ERROR)
            return _back(request, consumers)
        question = _(
            "Remove all second steps? The password alone, or a mailed code, then opens the account. Make sure"
            " by other means that it is its owner who asks. They are told by mail."
        )
        said = _("Second steps removed from: %d.")
        return self._ask(request, consumers, "remove_second_steps", question) or self._each(
            request, consumers, operations.remove_second_steps, said
        )

    def _ask(
        self, request: ConsumerRequest, consumers: QuerySet[Consumer], action: str, question: str
    ) -> HttpResponse | None:
        """A page that names the accounts; None once the operator has said yes there."""
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

    def _each(
        self, request: ConsumerRequest, consumers: QuerySet[Consumer], act: Act, said: str
    ) -> HttpResponse:
        """Do it to each, and say how often it was done, and to whom it was not and why."""
        done, left = 0, defaultdict[str, list[str]](list)
        for consumer in consumers:
            try:
                if not permissions.reaches(request.user, consumer):
                    raise operations.NotDone(
                        _("an operator’s account, which only superusers have to do with")
                    )
                act(consumer, request)
                done += 1
            except operations.NotDone as error:
                left[str(error)].append(consumer.email)
        self.message_user(request, said % done, messages.SUCCESS if done else messages.INFO)
        for reason, addresses in left.items():
            who = {"who": ", ".join(addresses), "reason": reason}
            self.message_user(request, _("Not done for %(who)s: %(reason)s.") % who, messages.WARNING)
        return _back(request, consumers)


def _back(request: HttpRequest, consumers: QuerySet[Consumer]) -> HttpResponseRedirect:
    """To where the operator was: the consumer's own page, or the list as it was filtered."""
    one = consumers.first() if "from_page" in request.POST else None
    return HttpResponseRedirect(reverse(_PAGE, args=[one.pk]) if one else request.get_full_path())


def _offered(consumer: Any) -> list[str]:
    """The names of the actions that would do something. `consumer` comes from the admin's own query."""
    may = {
        "invite": not invitations.obstacle(consumer.email),
        "withdraw": operations.waiting_invitation(consumer) is not None,
        "end_sessions": consumer.is_active,
        "switch_off": consumer.is_active,
        "switch_on": not consumer.is_active and consumer.proved,
        "remove_second_steps": consumer.steps,
    }
    return [name for name, helps in may.items() if helps]
