from enum import Enum


class Trouble(Enum):
    """Why a call is not made: the last ones failed, for several consumers or for one; or the API asked to wait."""

    BOX = "box"
    CONSUMER = "consumer"
    PAUSE = "pause"
