"""The one table of the site itself. It holds nothing about people."""

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
