"""The pace of the campaign: its schedules take a twenty-fifth of their real time."""

SCALE = 0.04
SEND_DEADLINE = 0.6  # Seconds that the portal waits for the response to a send.


def scaled(seconds: float) -> float:
    return seconds * SCALE
