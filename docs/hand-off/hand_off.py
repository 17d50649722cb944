#!/usr/bin/env python3
"""Hand a customer who is signed in on your website over to Securebox Portal.

Needs Python 3.9 or newer and `pip install "pyjwt[crypto]"`. Serve it from an address of your website, here with Django:

    @csrf_exempt  # The Origin header is checked instead.
    @require_POST
    def secure_inbox_token(request):
        origin, user, token = request.headers.get("Origin"), request.user, None
        if origin != "https://www.company.example":
            return HttpResponseForbidden()
        if user.is_authenticated:
            token = hand_off_token(
                origin=origin,
                sub=str(user.pk),
                email=user.email,
                email_verified=user.email_was_proved,
                name=user.get_full_name(),
            )
        return JsonResponse({"token": token}, headers={"Cache-Control": "no-store"})
"""

import json
import os
import sys
import time
import uuid
from pathlib import Path

import jwt

PORTAL = os.environ["HAND_OFF_PORTAL"]  # The portal's PORTAL_URL, such as https://mail.company.example
ISSUER = os.environ["HAND_OFF_ISSUER"]  # The issuer, as entered at the portal under Companies.
KEY_ID = os.environ["HAND_OFF_KEY_ID"]  # The id of this key in the same entry.
PRIVATE_KEY = Path(os.environ["HAND_OFF_KEY_FILE"]).read_text(encoding="ascii")


def hand_off_token(*, origin: str, sub: str, email: str, email_verified: bool, name: str = "") -> str:
    """A token for the customer of this request. Take every value from your session, never from the browser.

    `origin` is the page's origin, such as `https://www.company.example`; `sub` is an id that is never reassigned to
    another customer. `email_verified` is true only if you have verified that the address is theirs: it decides whose
    mail is shown.
    """
    now = int(time.time())
    claims = {
        "iss": ISSUER,
        "aud": PORTAL,
        "sub": sub,
        "email": email,
        "email_verified": email_verified,
        "name": name,
        "origin": origin,
        "jti": str(uuid.uuid4()),
        "iat": now,
        "exp": now + 60,
    }
    return jwt.encode(claims, PRIVATE_KEY, algorithm="ES256", headers={"kid": KEY_ID})


if __name__ == "__main__":  # Prints a token to try: hand_off.py < customer.json
    sys.stdout.write(hand_off_token(**json.load(sys.stdin)) + "\n")
