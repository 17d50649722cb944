from django.apps import AppConfig


class InboxConfig(AppConfig):
    name = "inbox"
    verbose_name = "Secureboxes"

    def ready(self) -> None:
        from inbox import checks, connection_checks  # noqa: F401  Importing them registers the checks.
        from inbox.conversations import withdrawn
        from inbox.outgoing.account_deletion import warn_undelivered
        from portal.accounts import cleanup
        from portal.accounts.deletion import about_to_close

        about_to_close.connect(warn_undelivered)
        cleanup.TASKS["marks of withdrawn messages"] = withdrawn.delete_old
