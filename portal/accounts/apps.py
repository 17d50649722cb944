from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "portal.accounts"
    label = "accounts"
    verbose_name = "Consumers"

    def ready(self) -> None:
        from portal.accounts import (
            checks,  # noqa: F401  Importing the module registers its checks.
            signals,
        )
        from portal.accounts.audit import checks as audit_checks  # noqa: F401  As above.

        signals.connect()
