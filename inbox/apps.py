from django.apps import AppConfig


class InboxConfig(AppConfig):
    name = "inbox"
    verbose_name = "Secureboxes"

    def ready(self) -> None:
        from inbox import checks  # noqa: F401  Importing it registers the check.
        from inbox.outgoing.closing import say_what_is_under_way
        from portal.accounts.deletion import about_to_close

        about_to_close.connect(say_what_is_under_way)
