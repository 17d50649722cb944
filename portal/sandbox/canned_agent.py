"""The canned agent: answers messages by itself after some seconds, so that a demonstration needs no second person."""

import contextlib
import time
from datetime import timedelta
from threading import Thread

from django.utils import timezone

from portal.sandbox import store
from portal.sandbox.models import Message

NAME = "Alex Morgan"
POLL_SECONDS = 0.5

OPENINGS = (
    "Thank you for your message “{subject}”. I have read it and taken it up for you.",
    "Thank you for writing about “{subject}”. I have looked into it, and everything we need is here.",
    "Thank you for getting in touch about “{subject}”. I have passed it on to the colleague who knows it best.",
)
CLOSING = (
    "You need not do anything more for now. As soon as there is news, you will find it here. "
    "If we have missed anything, just answer this message."
)


def compose_answer(message: Message) -> str:
    """A friendly text that quotes the subject. The same message always gets the same text."""
    greeting = f"Dear {message.from_name}" if message.from_name else "Hello"
    opening = OPENINGS[message.pk % len(OPENINGS)].format(subject=message.subject or "no subject")
    return f"{greeting},\n\n{opening}\n\n{CLOSING}\n\nKind regards\n{NAME}"


def answer_waiting_messages(seconds: float) -> None:
    """Answer messages that were stored at least this long ago and that no agent has opened."""
    before = timezone.now() - timedelta(seconds=seconds)
    waiting = Message.objects.select_related("contact").filter(routing=Message.Routing.WAITING)
    for message in waiting.filter(stored_at__lte=before):
        with contextlib.suppress(store.AlreadyHandledError):  # Another agent or the consumer was faster.
            store.answer(message, text=compose_answer(message), from_name=NAME)


def start(seconds: float) -> None:
    """Run the canned agent in a thread that ends with the process."""

    def run() -> None:
        while True:
            answer_waiting_messages(seconds)
            time.sleep(POLL_SECONDS)

    Thread(target=run, name="canned-agent", daemon=True).start()
