"""The agents' desk: pages to answer and write messages. It has no login; the server listens on loopback only."""

from collections.abc import Iterable
from itertools import islice
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portal.sandbox import store
from portal.sandbox.forms import AnswerForm, NewMessageForm
from portal.sandbox.models import Message

RECENT_CONVERSATIONS = 12  # On the queue page.
RECENT_MESSAGES = 200  # The messages among which these conversations are looked for.
OTHER_MESSAGES = 8  # Of the same contact, shown below a conversation.


@require_GET
def home(_request: HttpRequest) -> HttpResponse:
    return redirect("desk")


@require_GET
def queue(request: HttpRequest) -> HttpResponse:
    routed = Message.objects.select_related("contact").order_by("securebox", "date")
    handled = Message.objects.select_related("contact").exclude(routing__in=store.OPEN_ROUTINGS)
    context = {
        "waiting": routed.filter(routing=Message.Routing.WAITING),
        "with_agent": routed.filter(routing=Message.Routing.WITH_AGENT),
        "recent": _latest_of_each_thread(handled[:RECENT_MESSAGES]),
    }
    return render(request, "sandbox/queue.html", context)


def _latest_of_each_thread(messages: Iterable[Message]) -> list[Message]:
    """`messages` are sorted, the newest first."""
    latest: dict[UUID, Message] = {}
    for message in messages:
        latest.setdefault(message.thread_id, message)
    return list(islice(latest.values(), RECENT_CONVERSATIONS))


@require_POST
def take(_request: HttpRequest, uuid: UUID) -> HttpResponse:
    """An agent opens a waiting message."""
    store.open_for_agent(get_object_or_404(Message, uuid=uuid))
    return redirect("desk-message", uuid=uuid)


@require_http_methods(["GET", "POST"])
def message(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """A message in its conversation. A POST is the agent's answer to it."""
    question = get_object_or_404(Message.objects.select_related("contact"), uuid=uuid)
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            store.answer(question, **form.content())
            return redirect("desk-message", uuid=uuid)
        except store.AlreadyHandledError:
            form.add_error(None, "Not sent: this message was answered or withdrawn in the meantime.")
            question.refresh_from_db()
    return render(request, "sandbox/message.html", _conversation(question) | {"form": form})


def _conversation(question: Message) -> dict[str, object]:
    messages = Message.objects.select_related("contact")
    others = messages.filter(contact=question.contact, securebox=question.securebox)
    return {
        "question": question,
        "thread": messages.filter(thread_id=question.thread_id).order_by("date", "id"),
        "others": others.exclude(thread_id=question.thread_id)[:OTHER_MESSAGES],
        "can_answer": question.routing in store.OPEN_ROUTINGS,
    }


@require_http_methods(["GET", "POST"])
def write(request: HttpRequest) -> HttpResponse:
    """Write a message that answers no other."""
    form = NewMessageForm(request.POST if request.method == "POST" else None, initial=request.GET.dict())
    if form.is_bound and form.is_valid():
        contact = store.contact_for(form.cleaned_data["address"])
        securebox, subject = form.cleaned_data["securebox"], form.cleaned_data["subject"]
        message = store.write(contact, securebox, subject=subject, **form.content())
        return redirect("desk-message", uuid=message.uuid)
    return render(request, "sandbox/write.html", {"form": form})
