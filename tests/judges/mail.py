"""The mail of the people in `states`, and the secureboxes that fail."""

from datetime import UTC, datetime, timedelta

from tests.support.sandbox import Sandbox

ANNA, FAY = "anna@example.com", "fay@example.com"
LONG = "Rechtsschutzversicherungsgesellschaften" * 4  # A word that no line holds.
HTML = """
<h1>Our decision</h1>
<p>Dear Anna, <b>good news</b>: see <a href="https://www.company.example/claims">your claim</a>.</p>
<table border="1"><tr><th>Damage</th><th>Amount</th></tr><tr><td>Window</td><td align="right">120.50</td></tr></table>
<ul><li>One<ul><li>Two</li></ul></li></ul><p dir="rtl" lang="ar">عزيزتي آنا</p><img src="https://tracker.example/a.png">
<blockquote>You wrote: it broke.</blockquote><p><p>Unclosed <i>words <center>and old ones</center>
"""


def fill(sandbox: Sandbox) -> None:
    _add_conversations(sandbox)
    _add_pages(sandbox)
    sandbox.add(FAY, securebox="Claims01")
    sandbox.fault("status", status=503, address=FAY, securebox="Storage1")
    sandbox.fault("status", status=429, retry_after="300", address=FAY, securebox="Busy0001")


def _add_conversations(sandbox: Sandbox) -> None:
    now = datetime.now(UTC)

    def add(subject: str, days: float, **fields: object) -> str:
        return sandbox.add(ANNA, subject, securebox="Claims01", date=now - timedelta(days=days), **fields)

    add("Waiting for long", 30, direction="inbound", routing="waiting")
    add("Waiting", 0.1, direction="inbound", routing="waiting")
    add("To be withdrawn", 0.2, direction="inbound", routing="waiting")
    add("مرحبا", 5, text="عزيزتي آنا", html="<h1>عزيزتي</h1><p>آنا</p>", status="read")
    add(LONG, 4, text=f"No break: {LONG}", userdata={"CaseNumber": LONG}, from_name=LONG[:80])
    add("", 3, text="")
    add("A formatted letter", 2, html=HTML, userdata={"CaseNumber": "4711"}, status="read")
    parent = ""
    for number in range(9):
        own = number % 2 == 0
        parent = add(
            f"{'Re: ' if number else ''}A conversation",
            1.9 - number / 10,
            text=f"Words {number}.\n\nOn Monday somebody wrote:\n> What came before\n> is quoted here.",
            direction="inbound" if own else "outbound",
            status="unread" if number == 7 else "read",
            **({} if own else {"from_name": "Priya Rao"}),
            **({"parent_id": parent} if parent else {}),
        )


def _add_pages(sandbox: Sandbox) -> None:
    """More than one page of a list has."""
    dates = (datetime.now(UTC) - timedelta(days=number) for number in range(1, 131))
    messages = [
        {
            "address": ANNA,
            "securebox": "Billing1",
            "direction": "outbound",
            "subject": f"Invoice {number}",
            "text": "Please pay.",
            "status": "read",
            "date": date.isoformat(),
        }
        for number, date in enumerate(dates)
    ]
    sandbox.add_many(messages)
