"""After the database was restored from a backup: `manage.py deliver --after-restore`."""

import logging
from dataclasses import dataclass

from inbox.outgoing import sending_mark, transitions
from portal.accounts.models import PortalMail
from portal.accounts.sessions.revoke import end_every_session

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Restored:
    """How many messages became unconfirmed, and how many sessions ended."""

    unconfirmed: int
    sessions: int


def after_restore() -> Restored:
    """Turn what may have been sent since the backup into unconfirmed messages, end all sessions, and send again.

    What is queued while nothing is sent is certain not to have been sent, and stays queued. It may be repeated, and
    other processes may run meanwhile: until the end, none of them sends anything.
    """
    since = sending_mark.begin_restore()
    # Codes and notices that waited were mailed since, or are of no use: the sign-ins that they belong to have ended.
    PortalMail.objects.exclude(kind=PortalMail.Kind.INVITATION).delete()
    restored = Restored(transitions.doubt_restored(since), end_every_session())
    sending_mark.end_restore(since)
    logger.warning(
        "deliver: after a restore, %d messages are unconfirmed and %d sessions have ended",
        restored.unconfirmed,
        restored.sessions,
    )
    return restored
