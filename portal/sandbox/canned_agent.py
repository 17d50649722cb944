"""The canned agent: answers what has waited long enough, so that a demonstration lives by itself."""

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


def answer_to(message: Message) -> str:
    """A friendly text that quotes the subject. The same message always gets the same one."""
    greeting = f"Dear {message.from_name}" if message.from_name else "Hello"
    opening = OPENINGS[message.pk % len(OPENINGS)].format(subject=message.subject or "no subject")
    return f"{greeting},\n\n{opening}\n\n{CLOSING}\n\nKind regards\n{NAME}"


def answer_waiting(seconds: float) -> None:
    """Answers what was stored at least this long ago and still waits. What an agent has opened is left to them."""
    before = timezone.now() - timedelta(seconds=seconds)
    waiting = Message.objects.select_related("contact").filter(routing=Message.Routing.WAITING)
    for message in waiting.filter(stored_at__lte=before):
        with contextlib.suppress(store.NotWaitingError):  # Somebody was quicker.
            store.answer(message, text=answer_to(message), from_name=NAME)


def start(seconds: float) -> None:
    """Runs the canned agent in a thread that ends with the process."""

    def work() -> None:
        while True:
            answer_waiting(seconds)
            time.sleep(POLL_SECONDS)

    Thread(target=work, name="canned-agent", daemon=True).start()
