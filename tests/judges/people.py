"""Fill a portal's empty database with Alice, who is signed in, and a website with a look of its own.

Prints what a judge needs, as JSON.
"""

import json

import django

django.setup()

from django.conf import settings  # noqa: E402  After django.setup().
from django.core.management import call_command  # noqa: E402  After django.setup().
from django.test import Client  # noqa: E402  After django.setup().

from inbox.models import Securebox  # noqa: E402  After django.setup().
from portal.accounts.models import Consumer  # noqa: E402  After django.setup().
from portal.embed.models import Website  # noqa: E402  After django.setup().

if __name__ == "__main__":
    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    alice = Consumer.objects.create_user("alice@example.com", first_name="Alice", last_name="Example")
    alice.mark_verified()
    Securebox.objects.create(
        slug="claims", name="Claims01", title="Claims", shown_details="CaseNumber = Case number"
    )
    Website.objects.create(
        name="The Company", origin="https://www.company.example", brand="#7a1f5c", on_brand="#fff"
    )
    browser = Client()
    browser.force_login(alice)
    cookie = settings.SESSION_COOKIE_NAME
    print(json.dumps({"cookie": cookie, "session": browser.cookies[cookie].value}))
