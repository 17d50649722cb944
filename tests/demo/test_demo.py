import json
import re
import signal
import socket
import subprocess
import sys

import pytest
from django.core.management import CommandError, call_command

from portal.demo import cast
from tests.demo.demo_process import RUNNING, Demo, browser, free_ports
from tests.demo.website_visitor import Visitor
from tests.support.patience import await_true

OPTIONS = ["--port", "--sandbox-port", "--site-port"]

pytestmark = pytest.mark.slow


def one_of(values):
    """The first of these; the others are for `make proof`, as each starts a process."""
    return [values[0], *(pytest.param(value, marks=pytest.mark.proof) for value in values[1:])]


def frame_ancestors(demo: Demo, origin: str) -> str:
    """The origins that may frame the portal's pages for this origin, as the Content Security Policy says."""
    address = f"http://localhost:{demo.port}/embed/in/{origin.replace('://', ':')}/embed/connect/"
    answer = Visitor(address).get(address)
    return re.search(r"frame-ancestors ([^;]+)", answer.headers["Content-Security-Policy"])[1]


def test_the_terminal_shows_urls_and_logins(demo):
    table = demo.terminal()
    assert f"http://localhost:{demo.port}/admin/" in table
    assert f"http://127.0.0.1:{demo.sandbox_port}/desk/" in table
    assert f"http://127.0.0.1:{demo.sandbox_port}/nexus/v3" in table
    assert table.index(f"http://127.0.0.1:{demo.site_port}") < table.index(
        f"http://localhost:{demo.site_port}"
    )
    for person in (cast.ANNA, cast.MINH, cast.OPERATOR):
        assert f"{person.address} " in table
        assert person.password in table


def test_the_terminal_shows_no_errors(demo):
    assert "Traceback" not in demo.terminal()
    assert "rror" not in demo.terminal()


def test_the_portal_and_the_sandbox_respond(demo):
    assert demo.page("/healthz") == "ok"
    assert "Northwind Insurance" in demo.page("/accounts/login/")
    assert demo.sandbox("/nexus/v3/openapi.json")["openapi"].startswith("3.1")


def test_anna_has_unread_mail_in_each_of_three_boxes(demo):
    anna = demo.sign_in(cast.ANNA.address, cast.ANNA.password)
    assert json.loads(demo.page("/unread.json", anna))["secureboxes"] == {
        "claims": 2,
        "billing": 2,
        "advice": 2,
    }


def test_minh_may_use_two_boxes(demo):
    minh = demo.sign_in(cast.MINH.address, cast.MINH.password)
    assert json.loads(demo.page("/unread.json", minh))["secureboxes"] == {"claims": 1, "billing": 1}


def test_the_operator_reaches_the_admin_with_the_printed_code(demo):
    operator = demo.sign_in(cast.OPERATOR.address, cast.OPERATOR.password)
    command = [sys.executable, "manage.py", "demo", "--code"]
    code = subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()  # noqa: S603  Our own.
    demo.post("/accounts/2fa/authenticate/", operator, code=code)
    assert "Secureboxes" in demo.page("/admin/", operator)


def test_no_letter_waits_for_the_canned_agent(demo):
    assert not [each for each in demo.messages() if each["routing"] == "waiting"]


def test_a_second_start_keeps_mail_and_sessions(ended, demo):
    def names(messages):
        return [(each["id"], each["subject"]) for each in messages]

    assert names(demo.messages()) == names(ended.messages)
    assert cast.ANNA.first_name in demo.page("/", ended.portal_client)
    ended.website_client.root = f"http://127.0.0.1:{demo.site_port}"
    assert cast.ANNA.name in ended.website_client.page("/")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_the_website_may_frame_the_portal(demo, host):
    assert frame_ancestors(demo, f"http://{host}:{demo.site_port}") == f"http://{host}:{demo.site_port}"


def test_an_earlier_port_of_the_website_may_not_frame_the_portal(demo, ended):
    earlier = f"http://127.0.0.1:{ended.demo.site_port}"
    assert frame_ancestors(demo, earlier) != earlier


def test_the_portal_accepts_the_websites_token(demo):
    minh = Visitor(f"http://localhost:{demo.site_port}")
    minh.sign_in(cast.MINH)
    frame = f"http://localhost:{demo.port}/embed/in/http:localhost:{demo.site_port}"
    csrf = minh.get(f"{frame}/embed/state.json").json()["token"]
    headers = {"X-Requested-With": "SecureInbox", "X-CSRFToken": csrf}
    answer = minh.post(f"{frame}/embed/hand-off/", json=minh.ask_for_token().json(), headers=headers)
    assert answer.json()["signed_in"] is True
    assert minh.get(f"{frame}/unread.json").json()["secureboxes"] == {"claims": 1, "billing": 1}


def test_the_website_has_its_own_sign_in(demo):
    visitor = Visitor(f"http://127.0.0.1:{demo.site_port}")
    visitor.sign_in(cast.MINH)
    assert "Your claims, Minh" in visitor.page("/claims/")


@pytest.mark.proof  # As it starts another demo.
def test_reset_deletes_only_the_demos_data(start, ended, folder):
    (folder / "static" / "mine.txt").write_text("mine")
    before = {each["id"] for each in ended.messages}
    key = (folder / "website-signing-key").read_text()
    demo = start(folder, "--reset").wait_for(RUNNING)
    after = {each["id"] for each in demo.messages()}
    assert (folder / "website-signing-key").read_text() != key
    assert len(after) == len(before)
    assert after.isdisjoint(before)
    assert (folder / "static" / "mine.txt").read_text() == "mine"


@pytest.mark.proof  # As it starts another demo.
def test_an_interrupted_start_delivers_no_letter_twice(start, folder):
    (folder / "letters-delivered").unlink()
    demo = start(folder).wait_for(RUNNING)
    subjects = [each["subject"] for each in demo.messages()]
    assert subjects.count("Welcome to Northwind") == 1


@pytest.mark.parametrize("option", one_of(OPTIONS))
@pytest.mark.proof
def test_a_taken_port_is_reported_before_anything_starts(start, tmp_path, option):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken, ports = other.getsockname()[1], list(free_ports())
        ports[OPTIONS.index(option)] = taken
        refused = start(tmp_path, ports=tuple(ports))
        assert refused.end(0) == 1
    assert f"Port {taken} is taken" in refused.terminal()
    assert f"make run ARGS='{option} NUMBER'" in refused.terminal()
    assert "Starting" not in refused.terminal()
    assert not list(tmp_path.glob("*.sqlite3"))


@pytest.mark.parametrize("pair", one_of([(0, 1), (1, 2), (0, 2)]))
@pytest.mark.proof
def test_the_ports_must_differ(start, tmp_path, pair):
    ports = list(free_ports())
    ports[pair[0]] = ports[pair[1]]
    refused = start(tmp_path, ports=tuple(ports))
    assert refused.end(0) == 1
    assert "--port, --sandbox-port, --site-port must be different ports" in refused.terminal()


@pytest.mark.proof
def test_a_second_demo_on_the_same_data_is_refused(start, demo, tmp_path):
    refused = start(tmp_path, DEMO_FOLDER=str(demo.folder))
    assert refused.end(0) == 1
    assert f"A demo is already running on the data in {demo.folder}" in refused.terminal()


@pytest.mark.parametrize("database", one_of(["portal.sqlite3", "sandbox.sqlite3"]))
@pytest.mark.proof
def test_a_broken_database_is_reported(start, folder, database):
    (folder / database).write_bytes(b"no database at all" * 100)
    demo = start(folder)
    assert demo.end(0) == 1
    assert str(folder / database) in demo.terminal()
    assert "Traceback" not in demo.terminal()
    assert demo.is_gone()


def test_the_demo_does_not_touch_a_real_portal(ended):
    assert not ended.real_database.exists()


def test_the_command_refuses_a_real_portals_settings(db):
    with pytest.raises(CommandError, match=r"runs with portal\.demo\.settings alone"):
        call_command("demo")


def test_the_mails_of_the_portal_are_shown_in_the_terminal(demo):
    demo.post("/accounts/login/code/", browser(), email=cast.ANNA.address)
    demo.wait_for("This code expires in")
    assert re.search(r"\|\s+\d{4}-\d{4}\n", demo.terminal()) and "<html" not in demo.terminal()


def test_ctrl_c_stops_everything_cleanly(ended):
    assert ended.demo.is_gone()
    assert ended.demo.terminal().endswith("The demo has stopped.\n")
    assert "Traceback" not in ended.demo.terminal()


@pytest.mark.proof
def test_a_signal_stops_it_while_it_starts(start, tmp_path):
    demo = start(tmp_path).wait_for("Starting the demo")
    assert demo.end() == 0
    assert demo.is_gone()
    assert "Traceback" not in demo.terminal()


@pytest.mark.skipif(sys.platform != "linux", reason="Linux tells a child that its parent has died.")
@pytest.mark.proof
def test_no_child_survives_a_killed_demo(start, folder):
    demo = start(folder).wait_for(RUNNING)
    demo.end(signal.SIGKILL)
    assert await_true(demo.is_gone)


def test_the_newsletter_is_shown_without_trackers_and_scripts(demo):
    anna = demo.sign_in(cast.ANNA.address, cast.ANNA.password)
    listed = demo.page("/inbox/billing/", anna)
    link = re.search(r'href="(/inbox/billing/[^"/]+/)">(?:(?!</a>).)*AUTUMN', listed, re.DOTALL)
    assert link
    body = demo.page(f"{link[1]}body/", anna)
    assert "Clear the gutter" in body
    assert "tracker.example" not in body
    assert "<script" not in body
    assert "fixed" not in body
