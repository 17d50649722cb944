#!/usr/bin/env python3
"""Hands a customer who is signed in on your website over to Securebox Portal.

Needs Python 3.9 or newer and `pip install "pyjwt[crypto]"`. Behind an address of your website, here with Django:

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

PORTAL = os.environ["HAND_OFF_PORTAL"]  # Such as https://mail.company.example: the portal's own PORTAL_URL.
ISSUER = os.environ["HAND_OFF_ISSUER"]  # Your company, as its entry at the portal names it.
KEY_ID = os.environ["HAND_OFF_KEY_ID"]  # The name of this key in the same entry.
PRIVATE_KEY = Path(os.environ["HAND_OFF_KEY_FILE"]).read_text(encoding="ascii")


def hand_off_token(*, origin: str, sub: str, email: str, email_verified: bool, name: str = "") -> str:
    """The token for the customer of this one request; take every value from your session, none from the browser.

    `origin` is that of the page, as in `https://www.company.example`; `sub` is an id that you never give to anybody
    else. `email_verified` is true only if you have made sure that the address is theirs: it opens the mail.
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
