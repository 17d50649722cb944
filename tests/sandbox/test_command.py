import contextlib
import os
import signal
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.sandbox.helpers import ALICE, listed, send
from tests.support.patience import await_true
from tests.support.sandbox import PROJECT, start_sandbox

pytestmark = pytest.mark.slow


def start(*options: str) -> subprocess.Popen[str]:
    """Start a sandbox as a user does, without the environment of this test run."""
    command = [sys.executable, "manage.py", "sandbox", *options]
    return subprocess.Popen(  # noqa: S603 - the command is this project's own.
        command,
        cwd=PROJECT,
        env={"PATH": os.environ["PATH"]},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def failure_of(*options: str) -> str:
    """The stderr of a sandbox that cannot start."""
    status, errors = end_of(*options)
    assert status == 1
    assert "Traceback" not in errors
    return errors


def end_of(*options: str) -> tuple[int, str]:
    """The exit status and the stderr of a sandbox that ends by itself."""
    process = start(*options)
    try:
        _, errors = process.communicate(timeout=60)
    finally:
        process.kill()
    return process.returncode, errors


def test_it_prints_its_urls(tmp_path):
    process = start("--port=0", f"--database={tmp_path}/new/folder/sandbox.sqlite3")
    first, second = process.stdout.readline(), process.stdout.readline()
    process.send_signal(signal.SIGINT)
    assert process.communicate(timeout=60) == ("", "")
    root = first.removeprefix("Secure Email API sandbox on ").removesuffix("/nexus/v3\n")
    assert root.startswith("http://127.0.0.1:")
    assert second == f"The agents' desk is at {root}/desk/\n"
    assert process.returncode == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_it_cleanly_even_while_a_call_hangs(number):
    with start_sandbox() as sandbox, ThreadPoolExecutor() as pool:
        sandbox.fault("hang")
        hanging = pool.submit(sandbox.api, "GET", "/securemail")
        assert await_true(sandbox.calls)
        sandbox.process.send_signal(number)
        assert sandbox.process.wait(timeout=60) == 0
        with contextlib.suppress(ConnectionError):
            hanging.result(timeout=60)


def test_a_taken_port_is_reported(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        errors = failure_of("--port", str(port), "--database", str(tmp_path / "sandbox.sqlite3"))
    assert f"Cannot listen on 127.0.0.1:{port}: Address already in use." in errors


@pytest.mark.proof
def test_a_file_that_is_no_database_is_reported_and_kept(tmp_path):
    path = tmp_path / "notes.txt"
    path.write_text("This is no database, but a text that is long enough to be taken for one.")
    assert f"Cannot use the database {path}" in failure_of("--port", "0", "--database", str(path))
    assert path.read_text().startswith("This is no database")


@pytest.mark.proof
def test_an_empty_key_is_refused(tmp_path):
    assert "cannot be empty" in failure_of("--api-key", "", "--database", str(tmp_path / "sandbox.sqlite3"))


@pytest.mark.parametrize("seconds", ["-1", "nan", "soon"])
@pytest.mark.proof
def test_auto_reply_needs_a_valid_time(tmp_path, seconds):
    status, errors = end_of("--auto-reply", seconds, "--database", str(tmp_path / "sandbox.sqlite3"))
    assert status == 2
    assert "argument --auto-reply" in errors


def test_its_data_survives_a_restart(tmp_path):
    database = f"--database={tmp_path / 'kept.sqlite3'}"
    with start_sandbox(database) as sandbox:
        send(sandbox, subject="kept")
    with start_sandbox(database) as sandbox:
        assert [mail["subject"] for mail in listed(sandbox)] == ["kept"]


@pytest.mark.proof
def test_another_key_can_be_chosen():
    with start_sandbox("--api-key", "another") as sandbox:
        query = {"address": ALICE}
        assert sandbox.api("GET", "/securemail", query=query, key="sandbox-key")[0] == 400
        assert sandbox.api("GET", "/securemail", query=query, key="another")[0] == 404


@pytest.mark.proof
def test_several_keys_can_be_accepted_at_once():
    with start_sandbox("--api-key", "old", "--api-key", "new") as sandbox:
        for key, status in (("old", 404), ("new", 404), ("sandbox-key", 400)):
            assert sandbox.api("GET", "/securemail", query={"address": ALICE}, key=key)[0] == status


@pytest.mark.proof
def test_the_canned_agent_answers_only_waiting_messages_and_only_if_asked_for(sandbox):
    send(sandbox)
    with start_sandbox("--auto-reply", "0.2") as with_agent:
        opened = with_agent.add(ALICE, direction="inbound", routing="with_agent")
        question = send(with_agent, subject="Water damage", firstName="Alice")
        assert await_true(lambda: len(with_agent.messages()) == 3)
        answer = with_agent.messages()[0]
        assert (answer["parent_id"], answer["direction"]) == (question, "outbound")
        assert "Dear Alice" in answer["text"]
        assert "“Water damage”" in answer["text"]
        assert [mail["parent_id"] for mail in with_agent.messages()].count(opened) == 0
    assert len(sandbox.messages()) == 1


def test_many_threads_lose_nothing(sandbox):
    with ThreadPoolExecutor(16) as pool:
        ids = list(pool.map(lambda n: send(sandbox, subject=str(n)), range(160)))
    assert {mail["id"] for mail in sandbox.messages()} == set(ids)


def test_it_does_not_print_calls(tmp_path, capfd):
    with start_sandbox() as sandbox:
        sandbox.api("GET", "/nowhere")
        sandbox.api("GET", "/securemail", headers={"Host": "attacker.example"})
        sandbox.fault("status", status=500)
        sandbox.api("GET", "/securemail")
        sandbox.process.send_signal(signal.SIGTERM)
        assert sandbox.process.stdout.read().decode() == f"The agents' desk is at {sandbox.root}/desk/\n"
    assert capfd.readouterr() == ("", "")


def test_stopping_the_tests_sandbox_deletes_its_database():
    sandbox = start_sandbox()
    folder = Path(sandbox._folder.name)
    sandbox.stop()
    assert not folder.exists()
