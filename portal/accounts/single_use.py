"""What works once: of several requests at once, one gets it.

Its digest is a row, because a cache may lose entries. `manage.py tidy` deletes rows whose thing has expired anyway.
"""

import hashlib
from datetime import datetime

from django.db import IntegrityError, transaction

from portal.accounts.models import SpentToken


def use_up(what: str, expires_at: datetime) -> bool:
    """False if it was used before. `what` names one thing and holds a secret.

    After `expires_at` the thing has to be refused for its age.
    """
    try:
        with transaction.atomic():
            SpentToken.objects.create(digest=_digest(what), expires_at=expires_at)
    except IntegrityError:
        return False
    return True


def is_used_up(what: str) -> bool:
    return SpentToken.objects.filter(digest=_digest(what)).exists()


def _digest(what: str) -> str:
    return hashlib.sha256(what.encode()).hexdigest()
