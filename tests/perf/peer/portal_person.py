"""What a person does at the portal, by the requests that a browser makes."""

from itertools import count

from tests.perf import letters
from tests.perf.pages import references
from tests.perf.portals import Portal
from tests.perf.visitor import Visitor


class PortalPerson:
    """Signed in. Each method is one thing that is measured."""

    def __init__(self, portal: Portal, person: str) -> None:
        self._portal, self._person = portal, person
        self._visitor = portal.visitor(person)
        self._box = f"/inbox/{letters.slug_of(person, 0)}/"
        self._references = references(self._visitor.get(self._box))
        self._texts, self._known_browser = count(), dict[str, str]()
        # The draft of the first of its forms, which is saved again and again.
        self._draft = self._visitor.get(f"{self._box}compose/").hidden_fields | {"subject": "A draft"}

    def sign_in(self) -> None:
        """The page, and its form, in a browser in which this person has signed in before."""
        visitor = Visitor(self._portal.port, self._known_browser)
        page = visitor.get("/accounts/login/")
        fields = {"login": letters.address_of(self._person), "password": letters.PASSWORD}
        answer = visitor.post("/accounts/login/", {**page.hidden_fields, **fields})
        assert answer.status == 302, answer.text
        visitor.close()
        self._known_browser = {name: value for name, value in visitor.cookies.items() if name != "sessionid"}

    def sign_in_page(self) -> None:
        visitor = Visitor(self._portal.port, self._known_browser)
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
