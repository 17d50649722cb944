import json

import django

django.setup()

from django.http import HttpResponse  # noqa: E402  After django.setup().

from tests.judges.states import accounts, failures, inbox  # noqa: E402  After django.setup().
from tests.judges.states.scene import make_scene  # noqa: E402  After django.setup().

AREAS = (
    accounts.signed_out,
    inbox.home,
    inbox.lists,
    inbox.writing,
    inbox.conversations,
    inbox.attachments,
    inbox.searching,
    inbox.outbox,
    accounts.account,
    failures.errors,
    failures.framed,
)
HEADERS = ("Content-Type", "Content-Security-Policy", "Referrer-Policy")


def kept(name: str, answer: HttpResponse) -> dict[str, object]:
    """What a browser needs to show it once more."""
    asked = answer.request
    query = f"?{asked['QUERY_STRING']}" if asked.get("QUERY_STRING") else ""
    return {
        "name": name,
        "path": asked["PATH_INFO"] + query,
        "html": answer.content.decode(),
        "headers": {header: answer.headers[header] for header in HEADERS if header in answer.headers},
        "cookies": {key: morsel.value for key, morsel in answer.client.cookies.items() if morsel.value},
    }


if __name__ == "__main__":
    scene = make_scene()
    print(json.dumps([kept(*state) for area in AREAS for state in area(scene)]))
