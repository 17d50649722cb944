from django.apps import AppConfig


class InboxConfig(AppConfig):
    name = "inbox"
    verbose_name = "Secureboxes"

    def ready(self) -> None:
        from inbox import checks, connection_checks  # noqa: F401  Importing them registers the checks.
        from inbox.outgoing.account_deletion import warn_undelivered
        from portal.accounts.deletion import about_to_close

        about_to_close.connect(warn_undelivered)
