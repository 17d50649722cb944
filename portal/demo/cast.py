"""The people and secureboxes of the demo: two consumers, an operator, three secureboxes."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Person:
    first_name: str
    last_name: str
    address: str
    password: str

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}"


ANNA = Person("Anna", "Lindqvist", "anna@example.com", "letters-by-lamplight")
MINH = Person("Minh", "Trần", "minh@example.com", "rain-on-the-ferry")
OPERATOR = Person("Olivia", "Marsh", "operator@example.com", "keys-under-the-clock")
# The secret of her authenticator app, published here: `manage.py demo --code` prints the code that the app would show.
OPERATOR_SECRET = "KEYSUNDERTHECLOCKKEYSUNDERTHECLK"  # noqa: S105  For the demo only.

SECUREBOXES: dict[str, dict[str, object]] = {
    "claims": {
        "name": "Claims01",
        "title": "Claims",
        "description": "Report damage or a loss, send us what we asked for, and follow your claim.",
        "reply_working_days": 2,
        "disclaimer": "Messages are not read at night. If water is running, or a home is no longer safe, "
        "call the number on your insurance card: it is answered at any hour.",
        "detail": ["CaseNumber=Case number", "Adjuster=Claims adjuster", "InsuredObject=What it is about"],
        "position": 1,
    },
    "billing": {
        "name": "Billing",
        "title": "Billing",
        "description": "Premiums, invoices, instalments and refunds.",
        "reply_working_days": 3,
        "subject": [
            "A question about an invoice",
            "Change my bank details",
            "Pay in instalments",
            "Where is my refund?",
            "Something else",
        ],
        "detail": ["InvoiceNumber=Invoice"],
        "position": 2,
    },
    "advice": {
        "name": "",
        "title": "Contracts & advice",
        "description": "Your policies, changes to them, and what suits you. Your adviser reads this box.",
        "reply_hours": 36,
        "allows_purge": True,
        "allows_withdraw": True,
        "open_to_all": False,
        "consumer": [ANNA.address],
        "position": 3,
    },
}
