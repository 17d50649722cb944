from django.apps import AppConfig


class InboxConfig(AppConfig):
    name = "inbox"
    verbose_name = "Secureboxes"

    def ready(self) -> None:
        from inbox import checks  # noqa: F401  Importing it registers the check.
