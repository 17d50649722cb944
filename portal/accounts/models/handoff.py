from django.db import models

from portal.accounts.models.consumer import Consumer


class SpentToken(models.Model):
    """A hand-off token that was used. The unique digest makes sure that a token opens one session only."""

    digest = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField(
        db_index=True
    )  # The token's own expiry: later, it is refused for its age.

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
