"""A portal process in which consumers write their messages, until it is killed or all of them are done."""

import threading
import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.chaos.campaign import people
from tests.chaos.campaign.browser import Browser, OpenForm, form_on, state_on
from tests.chaos.campaign.config import Config
from tests.chaos.campaign.diary import Diary, Entry, entries
from tests.chaos.campaign.kills import Kills
from tests.chaos.campaign.plan import Plan, plan

THREADS = 10
TRIES = 8  # How often a writer repeats what was answered with an error page.
PAUSE = 0.2  # Seconds before they repeat it.


class Desk:
    """What the writers in one process share. After a restart they continue where the killed process stopped."""

    def __init__(self, config: Config, diary: Path) -> None:
        self.config = config
        self.notes = Diary(diary)
        self.kills = Kills(self.notes)
        self._done: dict[int, list[Entry]] = defaultdict(list)
        for entry in entries(diary):
            self._done[entry["number"]].append(entry)
        self._browsers: dict[int, Browser] = {}
        self._lock = threading.Lock()
        self.fingers = ThreadPoolExecutor(2 * THREADS)

    def write_all(self, numbers: list[int]) -> None:
        with ThreadPoolExecutor(THREADS) as pool:
            list(pool.map(self._write, numbers))

    def browser(self, writer: int) -> Browser:
        with self._lock:
            if writer not in self._browsers:
                self._browsers[writer] = people.sign_in(writer, self.fingers)
            return self._browsers[writer]

    def _write(self, number: int) -> None:
        done = self._done[number]
        if not any(entry["did"] == "finished" for entry in done):
            Writer(plan(self.config.seed, number, self.config.writers), self, done).write()


class Writer:
    """A consumer with one message. `done` has what they did before the process was killed; they continue from there."""

    def __init__(self, plan: Plan, desk: Desk, done: list[Entry]) -> None:
        self._plan = plan
        self._desk = desk
        self._browser = desk.browser(plan.writer)
        self._did = {entry["did"] for entry in done}
        opened = [entry for entry in done if entry["did"] == "opened"]
        self._form = OpenForm(opened[-1]["fields"]) if opened else None

    def write(self) -> None:
        opened = self._form is not None or self._open(f"/inbox/{self._plan.box}/compose/")
        if opened and ("answered" in self._did or self._send_and_watch()):
            self._decide(self._look())
        self._note("finished")

    def _open(self, address: str) -> bool:
        """Open a compose page, with some tries. Returns whether it was shown."""
        for _ in range(TRIES):
            page = self._browser.get(address)
            if page.status_code == 200:
                self._form = form = form_on(page)
                self._note("opened", fields=form.fields, nonce=form.nonce)
                return True
            self._note("turned away", status=page.status_code)
            if page.status_code == 302:
                return False  # The message to edit is not a draft.
            time.sleep(PAUSE)
        return False

    def _send_and_watch(self) -> bool:
        """Send. If that takes long, view the message in another window meanwhile, and press a button there."""
        if not self._plan.held_up_at:
            return self._send()
        sending = self._desk.fingers.submit(self._send)
        while not sending.done() and "pressed" not in self._did:
            time.sleep(PAUSE)
            # It has no page before the portal has accepted it.
            if self._page in self._browser.get("/outgoing/").content.decode():
                self._decide(state_on(self._browser.get(self._page)))
        return sending.result()

    def _send(self) -> bool:
        """Returns whether the portal accepted it. Posting the same form again is what "Back" and a second Send do."""
        assert self._form is not None
        for _ in range(TRIES):
            # If it is to be killed, with one click, so that this thread reaches the point.
            pages = self._browser.submit(self._plan, self._form, 1 if self._arm() else self._plan.clicks)
            self._desk.kills.arm()
            # It leads to the message's page, or to the message itself if it was sent.
            ends = (self._page, f"sent={self._form.nonce}")
            taken = [page for page in pages if page.headers.get("Location", "").endswith(ends)]
            for page in pages:
                self._note("answered" if page in taken else "error page", status=page.status_code)
            if taken:
                return True
            time.sleep(PAUSE)
        return False

    def _arm(self) -> bool:
        """Arm the kill or the delay of this message, once. Returns whether the process is to be killed."""
        plan = self._plan
        dies = bool(plan.killed_at) and "died" not in self._did
        self._desk.kills.arm(
            killed_at=plan.killed_at if dies else "",
            held_up_at=plan.held_up_at if "held up" not in self._did else "",
            seconds=plan.held_up_for,
            number=plan.number,
        )
        return dies

    @property
    def _page(self) -> str:
        assert self._form is not None
        return f"/outgoing/{self._form.nonce}/"

    def _look(self) -> str:
        page = self._browser.get(self._page)
        state = state_on(page)
        self._note("saw", state=state, status=page.status_code)
        return state

    def _decide(self, state: str) -> None:
        choice = {
            "queued": self._plan.if_queued,
            "failed": self._plan.if_failed,
            "unconfirmed": self._plan.if_unconfirmed,
        }.get(state, "")
        if not choice or "pressed" in self._did:
            return
        button, _, then = choice.partition(" and ")
        self._press(button)
        if then:
            self._send_draft()

    def _press(self, button: str) -> None:
        """Record the click first: if the process is killed in between, the button may have been pressed."""
        assert self._form is not None
        self._note("pressed", button=button, nonce=self._form.nonce)
        shown = form_on(self._browser.get(self._page))
        answer = self._browser.post(f"{self._page}{button}/", shown.fields)
        self._note("was answered", status=answer.status_code)

    def _send_draft(self) -> None:
        assert self._form is not None
        if self._open(f"/inbox/{self._plan.box}/compose/?draft={self._form.nonce}"):
            self._send()
            self._look()

    def _note(self, did: str, **more: object) -> None:
        self._did.add(did)
        self._desk.notes.note(number=self._plan.number, did=did, **more)
