from django.core.management.base import BaseCommand

from portal.accounts import cleanup
from portal.heartbeats import TIDY, HeartbeatWriter


class Command(BaseCommand):
    help = "Delete expired sessions and data past its retention period. Run it once a day; more often does no harm."

    def handle(self, **options: object) -> None:
        removed = 0
        for what, remove in cleanup.TASKS.items():
            number = remove()
            self.stdout.write(f"{what}: {number} removed")
            removed += number
        HeartbeatWriter(TIDY).end_round(f"{removed} rows removed")
