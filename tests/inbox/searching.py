"""The search page: its form, what it finds, and many messages to look through."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape

ALICE = "alice@example.com"
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def look(browser, words, department="", **more):
    return browser.post("/search/", {"words": words, "department": department, **more})


def subjects(response):
    return ["".join(piece.text for piece in row.subject) for row in response.context["rows"]]


def text_of(response):
    """The page's words, without its tags, on one line."""
    main = response.content.decode().split("<main", 1)[1]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


def press(browser, response, button):
    """Submit the form of this button on the page."""
    for form in re.findall(r"<form.*?</form>", response.content.decode(), re.DOTALL):
        if f">{button}</button>" in form:
            return browser.post(
                "/search/",
                {
                    name: unescape(value)
                    for name, value in re.findall(r'name="(\w+)"\s+value="([^"]*)"', form)
                },
            )
    raise AssertionError(f"There is no button {button}.")


def fill(sandbox, number, *, securebox="Claims01", subject="Letter", day=0, **more):
    """So many messages, a day between each, the newest first."""
    sandbox.add_many(
        [
            {
                "address": ALICE,
                "securebox": securebox,
                "subject": f"{subject} {at}",
                "text": "",
                "date": (NOW - timedelta(days=day + at)).isoformat(),
                **more,
            }
            for at in range(number)
        ]
    )
