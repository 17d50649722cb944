"""The signed tokens with which the website signs its customers in to the portal."""

import time
import uuid

import jwt
from django.conf import settings

from portal.demo import data_folder
from portal.demo.website import identity
from portal.demo.website.customers import Customer

LIFETIME = 60  # Seconds, the maximum that the portal accepts. A token is fetched when it is needed, and used at once.


def create_token(customer: Customer, origin: str) -> str:
    """A token that the portal accepts once, from a page of this origin."""
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
        "exp": now + LIFETIME,
    }
    key = data_folder.website_signing_key()
    return jwt.encode(claims, key, algorithm=identity.ALGORITHM, headers={"kid": identity.KEY_ID})
