from django.db import models

from portal.accounts.models.consumer import Consumer


class SpentToken(models.Model):
    """Something that works once and was used: a hand-off token, a mailed code, a code of an app, a passkey's answer.

    The unique digest makes sure that of several requests at once only one gets it: see `portal.accounts.single_use`.
    """

    digest = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField(
        db_index=True
    )  # The token's own expiry, or the code's: later, it is refused for its age.

    def __str__(self) -> str:
        return self.digest[:8]


class WindowCode(models.Model):
    """Signs a consumer in once, in a window opened from a frame. Only the digest of the code is stored.

    The code itself is in that window's URL.
    """

    digest = models.CharField(max_length=64, unique=True)
    consumer = models.ForeignKey(Consumer, on_delete=models.CASCADE, related_name="+")
    # The frame's session: the code is deleted with it. None if the code was issued for a token instead.
    session = models.ForeignKey(
        "usersessions.UserSession", null=True, on_delete=models.CASCADE, related_name="+"
    )
    next = models.CharField(max_length=2000)
    proofs = models.JSONField()  # django-allauth's authentication records of the frame's session.
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.digest[:8]
