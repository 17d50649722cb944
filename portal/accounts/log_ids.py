"""What stands for a consumer in the log: a pseudonym that only this portal can compute.

It lets support follow one customer's requests without naming anyone. It stays the same until SECRET_KEY changes, also
when their address does, and says nothing any more once the account is gone.
"""

from typing import Final

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser

from portal.keyed_hashes import keyed_hashes

_SALT: Final = "portal.accounts.log_ids"
_LENGTH: Final = 16  # Hexadecimal digits: among millions of consumers no two have the same.


def log_ids(user: AbstractBaseUser | AnonymousUser) -> list[str]:
    """The one in use, then those made with former values of SECRET_KEY; none for a visitor."""
    if not user.is_authenticated:
        return []
    return [made[:_LENGTH] for made in keyed_hashes(_SALT, str(user.pk))]
