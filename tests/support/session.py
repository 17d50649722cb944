"""A browser without pages: cookies and connections are kept, and no answer is waited for without an end."""

from typing import Any

import requests

ANSWER_SECONDS = 120.0  # A busy machine may take its time; what takes longer than this hangs.


class Session(requests.Session):
    """Uses neither a proxy nor a password of the environment."""

    def __init__(self) -> None:
        super().__init__()
        self.trust_env = False

    def request(self, *arguments: Any, **options: Any) -> requests.Response:
        return super().request(*arguments, **{"timeout": ANSWER_SECONDS, **options})
