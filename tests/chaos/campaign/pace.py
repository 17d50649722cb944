"""How fast the campaign's clocks run: its schedules take a twenty-fifth of the time that they take in earnest."""

SCALE = 0.04
SEND_DEADLINE = 0.6  # Seconds that the portal waits for the answer to a send.


def scaled(seconds: float) -> float:
    return seconds * SCALE
