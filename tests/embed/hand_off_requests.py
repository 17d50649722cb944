"""The hand-off request that a frame's script sends, and what its response says."""

from tests.embed.framing import PREFIX

HAND_OFF_URL = f"{PREFIX}/embed/hand-off/"
SECOND_STEP_URL = f"{PREFIX}/accounts/2fa/authenticate/"
JSON = "application/json"


def hand_off(browser, text, url=HAND_OFF_URL, content_type=JSON, REMOTE_ADDR="127.0.0.1", **headers):  # noqa: N803
    headers = {"X-Requested-With": "SecureInbox", **headers}
    return browser.post(url, {"token": text}, content_type, headers=headers, REMOTE_ADDR=REMOTE_ADDR)


def frame_is_signed_in(browser, prefix=PREFIX):
    return browser.get(f"{prefix}/embed/state.json").json()["signed_in"]


def is_rejected(answer, status=403):
    return answer.status_code == status and "problem" in answer.json()
