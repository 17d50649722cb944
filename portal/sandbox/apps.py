from django.apps import AppConfig


class SandboxConfig(AppConfig):
    name = "portal.sandbox"
    label = "sandbox"
    verbose_name = "Secure Email API sandbox"
    default_auto_field = "django.db.models.BigAutoField"
