"""A browser window with a compose page. It submits the fields of its form, as a browser without scripts does."""

import re
from html import unescape
from html.parser import HTMLParser
from typing import Self

from django.test import Client

from portal.accounts.models import Consumer

COMPOSE = "/inbox/claims/compose/"


class _Forms(HTMLParser):
    """Every form of a page: its action, and the fields that a browser would submit."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.forms: list[dict[str, str]] = []
        self._text: str | None = None
        self._select: str | None = None
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        has = dict(attributes)
        name = has.get("name") or ""
        if tag == "form":
            self.forms.append({"action": has.get("action", "")})
        elif tag == "input" and name and ("checked" in has or has.get("type") != "checkbox"):
            self.forms[-1][name] = has.get("value") or ("on" if has.get("type") == "checkbox" else "")
        elif tag == "textarea" and name:
            self._text = name
            self.forms[-1][name] = ""
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and "selected" in has:
            self.forms[-1][self._select] = has["value"]

    def handle_endtag(self, tag):
        self._text = None if tag == "textarea" else self._text
        self._select = None if tag == "select" else self._select

    def handle_data(self, data):
        if self._text:
            # A browser drops a line break at the beginning of a textarea.
            self.forms[-1][self._text] += data.removeprefix("\n") if not self.forms[-1][self._text] else data


class Window:
    """`answer` is the page that it shows. Submitting the form follows redirects and shows the resulting page."""

    def __init__(self, browser: Client, url: str = COMPOSE) -> None:
        self.browser = browser
        self.show(browser.get(url, follow=True))

    def show(self, answer) -> None:
        self.answer = answer
        self.html = answer.content.decode()
        written = [form for form in _Forms(self.html).forms if "text" in form]
        self.fields = written[0] if written else {}
        self.action = self.fields.pop("action", "")

    def save(self, **typed: str) -> Self:
        return self._submit(typed, action="save")

    def send(self, **typed: str) -> Self:
        return self._submit(typed)

    def confirm(self, **typed: str) -> Self:
        """Press "Send it as it is"."""
        mark = re.search(r'<button[^>]*name="sure"[^>]*value="(\w+)"', self.html)[1]
        return self._submit(typed, sure=mark)

    def autosave(self, **typed: str):
        """Save as the script does: the page stays, and takes over the new version."""
        self.fields |= typed
        answer = self.browser.post(f"{COMPOSE}draft/", self.fields)
        if answer.status_code == 200:
            self.fields["version"] = str(answer.json()["version"])
        return answer

    def _submit(self, typed: dict[str, str], **button: str) -> Self:
        self.show(self.browser.post(self.action, {**self.fields, **typed, **button}, follow=True))
        return self

    def shows(self, *words: str) -> bool:
        """Whether each of these is in the page, as it is written there or as it is read."""
        return all(word in self.html or word in unescape(self.html) for word in words)


def strict(consumer: Consumer) -> Client:
    """A signed-in browser with CSRF checks, which Django's test client leaves out by default."""
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(consumer)
    return browser


def draft_texts(first_name: str = "Alice") -> list[str]:
    """The texts of all drafts that this consumer finds under /outgoing/ after signing in."""
    browser = strict(Consumer.objects.get(first_name=first_name))
    links = re.findall(r'href="(/inbox/[^"]*draft=[^"]*)"', browser.get("/outgoing/").content.decode())
    return sorted(Window(browser, link).fields["text"] for link in links)
