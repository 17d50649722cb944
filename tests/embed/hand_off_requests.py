"""What the script of a frame does with a token, and what it is answered."""

from tests.embed.framing import PREFIX

HAND_OFF = f"{PREFIX}/embed/hand-off/"
SECOND_STEP = f"{PREFIX}/accounts/2fa/authenticate/"
JSON = "application/json"


def hand_off(browser, text, url=HAND_OFF, content_type=JSON, **headers):
    headers = {"X-Requested-With": "SecureInbox", **headers}
    return browser.post(url, {"token": text}, content_type, headers=headers)


def signed_in(browser, prefix=PREFIX):
    return browser.get(f"{prefix}/embed/state.json").json()["signed_in"]


def is_refused(answer, status=403):
    return answer.status_code == status and "problem" in answer.json()
