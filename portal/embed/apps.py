from django.apps import AppConfig


class EmbedConfig(AppConfig):
    name = "portal.embed"
    label = "embed"
    verbose_name = "Websites"

    def ready(self) -> None:
        from portal.embed import checks, cookies  # noqa: F401  Importing `checks` registers them.

        cookies.support_partitioned()
