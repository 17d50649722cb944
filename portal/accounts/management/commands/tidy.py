from django.core.management.base import BaseCommand

from portal.accounts import cleanup


class Command(BaseCommand):
    help = "Remove expired sessions, and what was kept for long enough. To be run once a day; twice does no harm."

    def handle(self, **options: object) -> None:
        for what, remove in cleanup.TASKS.items():
            self.stdout.write(f"{what}: {remove()} removed")
