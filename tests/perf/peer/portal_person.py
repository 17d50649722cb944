"""What a person does at the portal, by the requests that a browser makes."""

from collections.abc import Sequence
from itertools import count, cycle

from tests.perf import letters
from tests.perf.pages import references
from tests.perf.portals import Portal
from tests.perf.visitor import Visitor


class PortalPerson:
    """Signed in. Each method but `rest` is one thing that is measured.

    In turns, `guests` sign in, and sign out when they `rest`: most people have few sessions, and each costs something.
    """

    def __init__(self, portal: Portal, person: str, guests: Sequence[str]) -> None:
        self._portal, self._person = portal, person
        self._guests, self._signed_in = cycle(guests), list[Visitor]()
        self._visitor = portal.measured(person)
        self._box = f"/inbox/{letters.slug_of(person, 0)}/"
        self._references = references(self._visitor.get(self._box))
        self._texts = count()
        self._known_browsers: dict[str, dict[str, str]] = {guest: {} for guest in guests}
        # The draft of the first of its forms, which is saved again and again.
        self._draft = self._visitor.get(f"{self._box}compose/").hidden_fields | {"subject": "A draft"}

    def sign_in(self) -> None:
        """The page, and its form, in a browser in which this person has signed in before."""
        guest = next(self._guests)
        visitor = Visitor(self._portal.port, self._known_browsers[guest])
        page = visitor.get("/accounts/login/")
        fields = {"login": letters.address_of(guest), "password": letters.PASSWORD}
        answer = visitor.post("/accounts/login/", {**page.hidden_fields, **fields})
        assert answer.status == 302, answer.text
        self._known_browsers[guest] = {
            name: value for name, value in visitor.cookies.items() if name != "sessionid"
        }
        self._signed_in.append(visitor)

    def rest(self) -> None:
        for visitor in self._signed_in:
            visitor.post("/accounts/logout/", {"csrfmiddlewaretoken": visitor.cookies["csrftoken"]})
            visitor.close()
        self._signed_in = []

    def sign_in_page(self) -> None:
        visitor = Visitor(self._portal.port)
        assert "password" in visitor.get("/accounts/login/").text
        visitor.close()

    def poll(self) -> None:
        self._visitor.get("/unread.json")

    def list(self) -> None:
        assert len(references(self._visitor.get(self._box))) == len(self._references)

    def message(self) -> None:
        self._show(-1)

    def formatted_message(self) -> None:
        """The page, and the letter in its frame."""
        self._show(letters.FORMATTED)
        self._visitor.get(f"{self._box}{self._references[letters.FORMATTED]}/body/")

    def compose(self) -> None:
        assert "<textarea" in self._visitor.get(f"{self._box}compose/").text

    def draft(self) -> None:
        """What is being written, saved once more."""
        step = int(self._draft["step"]) + 1
        self._draft |= {"text": f"{letters.TEXT} {next(self._texts)}", "step": str(step)}
        answer = self._visitor.post(f"{self._box}compose/draft/", self._draft)
        self._draft["version"] = str(answer.json["version"])

    def _show(self, letter: int) -> None:
        page = self._visitor.get(f"{self._box}{self._references[letter]}/")
        number = letter % len(self._references)
        assert f"Letter {number} of box 0" in page.text
