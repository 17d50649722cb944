"""The tables of the site itself. They hold nothing about people."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Heartbeat(models.Model):
    """The last sign of life of a program that runs beside the pages, such as `deliver`, on one host.

    `portal.heartbeats` writes it.
    """

    program = models.CharField(_("program"), max_length=40)
    host = models.CharField(_("host"), max_length=255)
    at = models.DateTimeField(_("last sign of life"))
    # How the last round ended, in words of ours; while the first one lasts, nothing.
    outcome = models.CharField(_("last round"), max_length=200, blank=True)
    succeeded = models.BooleanField(_("without a failure"), default=True)

    class Meta:
        verbose_name = _("background program")
        verbose_name_plural = _("background programs")
        constraints = (
            models.UniqueConstraint(fields=("program", "host"), name="one_heartbeat_of_a_program_on_a_host"),
        )
        default_permissions = ()
        # Guards the pages of portal.operations, most of which are about no table.
        permissions = (("view_operations", _("Can see how the portal is doing")),)

    def __str__(self) -> str:
        return f"{self.program}, {self.host}"


class Tally(models.Model):
    """How often something happened in a quarter of an hour, for the operators' page. `portal.tallies` writes it.

    The names are those of `portal.metrics.tally.Key`, and their values those of `portal.metrics`.
    """

    quarter = models.DateTimeField()  # Its start.
    what = models.CharField(max_length=20)
    box = models.CharField(max_length=60)  # As in Securebox.full_name.
    outcome = models.CharField(max_length=20)
    within_ms = models.PositiveIntegerField()
    number = models.PositiveBigIntegerField(default=0)
    last_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        constraints = (
            # Begins with the time, by which the rows are read and deleted.
            models.UniqueConstraint(
                fields=("quarter", "what", "box", "outcome", "within_ms"), name="one_tally_of_each_kind"
            ),
        )

    def __str__(self) -> str:
        return f"{self.quarter:%Y-%m-%d %H:%M} {self.what} {self.box} {self.outcome}: {self.number}"


class RunningProcess(models.Model):
    """A process of the portal, with the fingerprints of its keys. `portal.keys.running_processes` writes it."""

    id = models.UUIDField(primary_key=True)
    program = models.CharField(max_length=40)
    host = models.CharField(max_length=255)
    pid = models.PositiveIntegerField()
    release = models.CharField(max_length=40)
    # Lists of fingerprints by the names of settings, in the order of the process: see `portal.keys.fingerprints`.
    keys = models.JSONField()
    seen_at = models.DateTimeField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.program} on {self.host}, process {self.pid}"
