from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in


class AccountsConfig(AppConfig):
    name = "portal.accounts"
    label = "accounts"
    verbose_name = "Consumers"

    def ready(self) -> None:
        from portal.accounts.sessions import start_idle_limit

        user_logged_in.connect(start_idle_limit, dispatch_uid="start_idle_limit")
