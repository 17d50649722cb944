"""The website's word for who is signed in to it, which its visitors' browsers carry to the portal."""

import time
import uuid

import jwt
from django.conf import settings

from portal.demo import data_folder
from portal.demo.website import identity
from portal.demo.website.customers import Customer

LIFE = 60  # Seconds, the most that the portal accepts: a token is fetched when it is needed and used at once.


def token_for(customer: Customer, origin: str) -> str:
    """A token that the portal takes once, from a page of this origin."""
    now = int(time.time())
    claims = {
        "iss": identity.ISSUER,
        "aud": settings.PORTAL_URL,
        "sub": customer.number,
        "email": customer.person.address,
        "email_verified": True,
        "name": customer.person.name,
        "origin": origin,
        "jti": str(uuid.uuid4()),
        "iat": now,
        "exp": now + LIFE,
    }
    key = data_folder.website_signing_key()
    return jwt.encode(claims, key, algorithm=identity.ALGORITHM, headers={"kid": identity.KEY_ID})
