"""The canaries: everything about one consumer, and everything that opens something."""

from tests.chaos.bombs.hostile import mail
from tests.support.wire import Act

BIRD = "quail"  # In all of them, so that one search finds any.
FIRST_NAME = "Quail"
ADDRESS = "quail@example.com"
PASSWORD = "quail-by-the-window"
NEW_PASSWORD = "quail-under-the-bridge"
TYPED = {"subject": "quail typed subject", "text": "Dear team,\nquail typed text"}
SEARCHED = "quail searched"
DRAFT = {"subject": "quail draft subject", "text": "quail draft text"}
LETTER = {
    "subject": "quail subject",
    "text": "quail text https://www.example.com/quail",
    "html": "<p>quail html</p>",
    "from_name": "Quail Agent",
    "userdata": {"CaseNumber": "quail userdata", "Hidden": "quail hidden"},
}
READ = ("quail subject", "quail text", "quail html", "quail userdata", "quail hidden")
WRITTEN = ("quail typed", "quail draft", PASSWORD, NEW_PASSWORD, "quail-wrong-password")


def letter() -> Act:
    """An upstream that has this letter, whoever asks."""
    return mail(subject=LETTER["subject"], text=LETTER["text"], html=LETTER["html"])


def found(text: str, *secrets: str) -> list[str]:
    """Which of these, or the canaries' common word, are in the text: with what is around it."""
    lowered = text.lower()
    places = {secret: lowered.find(secret.lower()) for secret in (BIRD, *secrets)}
    return [text[max(at - 120, 0) : at + 120] for at in places.values() if at >= 0]
