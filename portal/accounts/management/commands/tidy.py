from django.core.management.base import BaseCommand

from portal.accounts import cleanup


class Command(BaseCommand):
    help = "Delete expired sessions and data past its retention period. Run it once a day; more often does no harm."

    def handle(self, **options: object) -> None:
        for what, remove in cleanup.TASKS.items():
            self.stdout.write(f"{what}: {remove()} removed")
