"""What a log line holds, and what it never holds. `tests/chaos/canaries` tries it with the whole portal."""

import json
import logging
import logging.handlers
import os
import runpy
import subprocess
import sys
import threading
import time
import warnings

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest
from django.utils.log import AdminEmailHandler

import portal.settings
from inbox.securemail import Unavailable
from portal import logs

WORD = "aardvark"


def line(record: logging.LogRecord) -> dict[str, str]:
    return json.loads(logs.Formatter().format(record))


def record(name: str, text: object, *args: object, **extra: object) -> logging.LogRecord:
    made = logging.LogRecord(name, logging.ERROR, "file.py", 1, text, args, None)
    vars(made).update(extra)
    return made


def logged_exception(error: BaseException) -> dict[str, str]:
    try:
        raise error
    except BaseException:  # noqa: BLE001  Also what is no Exception.
        made = logging.LogRecord("portal", logging.ERROR, "file.py", 1, "failed", (), sys.exc_info())
    return line(made)


def run(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """A command that does this, in a process of its own."""
    command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", code]
    return subprocess.run(  # noqa: S603  A command of our own.
        command, env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )


# --- Messages ---------------------------------------------------------------------------------------------


def test_a_line_names_the_page_that_failed_and_not_its_address(alice_client, sandbox, caplog):
    message_id = sandbox.add("alice@example.com", securebox="Claims01")
    alice_client.get(f"/inbox/billing/o.{message_id}.{'A' * 43}/?q={WORD}")
    alice_client.get(f"/{WORD}/")
    sandbox.fault("status", status=500)
    alice_client.get("/inbox/claims/")
    lines = caplog.text
    assert "Not Found: /inbox/<slug:slug>/<str:reference>/" in lines and "upstream: Unavailable" in lines
    assert "Not Found: no page of the portal" in lines
    assert not [word for word in (message_id, "alice", WORD) if word in lines]


def test_a_refused_form_says_which_check_failed(client, caplog):
    client.handler.enforce_csrf_checks = True
    client.post("/accounts/login/", headers={"Origin": f"https://{WORD}.example"})
    assert "Forbidden (Origin checking failed): /accounts/login/" in caplog.text and WORD not in caplog.text


def test_log_lines_have_the_request_id(alice_client, sandbox, caplog):
    name = alice_client.get("/inbox/none/")["X-Request-Id"]
    assert {json.loads(text)["request_id"] for text in caplog.text.splitlines()} == {name}


def test_the_time_of_a_line_is_in_utc_with_its_offset_whatever_the_zone_of_the_process(monkeypatch):
    made = record("portal", "text")
    made.created = 1_795_899_845.1236
    for zone in ("UTC", "Asia/Tokyo"):
        monkeypatch.setenv("TZ", zone)
        time.tzset()
        assert line(made)["asctime"] == "2026-11-28T21:04:05.123+00:00"
    monkeypatch.undo()
    time.tzset()


def test_of_the_servers_lines_process_ids_are_kept_and_addresses_are_not():
    assert line(record("gunicorn.error", "Booting worker with pid: %s", 42))["message"].endswith("pid: 42")
    assert line(record("gunicorn.error", "Error handling request %s", WORD))["message"].endswith("request %s")


def test_facts_of_the_portals_own_lines_become_fields_without_addresses():
    assert (
        line(record("portal", "text", facts={"status": 200, "who": f"{WORD}@example.com"})).items()
        >= {
            "status": 200,
            "who": "<address>",
        }.items()
    )
    assert "status" not in line(record("library", "text", facts={"status": 200}))


def test_a_librarys_line_keeps_its_words_and_its_place_and_loses_its_values():
    shown = line(record("library", "a warning about %s", WORD, sql=WORD, request=HttpRequest()))
    assert (shown["message"], shown["place"]) == ("a warning about %s", "file.py:1")
    assert shown.keys() == {"asctime", "levelname", "name", "request_id", "message", "place"}


@pytest.mark.parametrize("text", [f"about {WORD}", {"word": WORD}, [WORD], ValueError(WORD)], ids=type)
def test_a_librarys_line_that_is_put_together_from_values_loses_its_words(text):
    shown = line(record("library", text))
    assert shown["message"] == "The text may hold data and is not logged." and WORD not in str(shown)


def test_the_portals_own_lines_lose_addresses_and_references_that_slip_in():
    reference = f"o.{WORD}.{'A' * 43}"
    shown = line(record("inbox.views", f"from {WORD}@example.com, %s", f"{WORD}%40example.com {reference}"))
    assert shown["message"] == "from <address>, <address> <reference>"


def test_the_portals_own_lines_name_a_librarys_exception_by_its_class():
    shown = line(record("portal", "failed: %s, %s", OSError(WORD), Unavailable("list", reason="too late")))
    assert shown["message"] == "failed: builtins.OSError, list: too late"


@pytest.mark.parametrize("args", [(1, 2), ()])
def test_a_line_that_cannot_be_put_together_harms_no_page_and_prints_nothing(args, capsys):
    class Broken:
        def __str__(self) -> str:
            raise RuntimeError(WORD)

    logger = logging.getLogger("portal")
    logger.error("%s", *args, Broken()) if args else logger.error("%s", Broken())
    assert WORD not in "".join(capsys.readouterr())
    assert line(record("portal", "%d", WORD))["message"] == "The text may hold data and is not logged."


def test_a_warning_keeps_its_category_and_place(caplog):
    text = warnings.formatwarning(WORD, UserWarning, "/a/file.py", 7, f"warn({WORD!r})")
    logging.getLogger("py.warnings").warning(text)
    assert "/a/file.py:7: UserWarning" in caplog.text and WORD not in caplog.text


# --- Exceptions -------------------------------------------------------------------------------------------


class Unprintable(Exception):
    def __str__(self) -> str:
        raise RuntimeError(WORD)


def failing(word: str) -> None:
    try:
        {}[word]
    except KeyError as missing:
        missing.add_note(word)
        raise ExceptionGroup(word, [ValueError(word), Unprintable(word)]) from OSError(word)


def test_an_exception_keeps_its_classes_and_places_and_loses_its_words(caplog):
    try:
        failing(WORD)
    except ExceptionGroup:
        logging.getLogger("portal").exception("failed", stack_info=True)
    shown = json.loads(caplog.text)["exc_info"].splitlines()
    assert [text for text in shown if not text.startswith("  ")] == [
        "builtins.ExceptionGroup",
        "builtins.ValueError",
        f"{__name__}.Unprintable",
        "builtins.OSError",
    ]
    assert f"{__file__}:{failing.__code__.co_firstlineno + 5} in failing" in shown[2]
    assert WORD not in caplog.text


def test_an_exception_keeps_what_it_happened_during():
    def fail() -> None:
        try:
            {}[WORD]
        except KeyError:
            raise TypeError(WORD)  # noqa: B904  Without "from".

    try:
        fail()
    except TypeError as error:
        shown = logged_exception(error)["exc_info"]
    assert "builtins.TypeError" in shown and "builtins.KeyError" in shown and WORD not in shown


def test_what_is_wrong_with_the_configuration_is_told():
    assert "SECRET_KEY is short" in logged_exception(ImproperlyConfigured("SECRET_KEY is short"))["exc_info"]


def test_an_endless_recursion_is_a_line_of_bearable_length():
    def again() -> None:
        again()

    with pytest.raises(RecursionError) as caught:
        again()
    assert 2_000 < len(logged_exception(caught.value)["exc_info"]) < 20_000


# --- What Python itself writes to stderr -------------------------------------------------------------------


def test_an_exception_that_nobody_catches_is_told_without_its_words():
    code = (
        "import threading, warnings\n"
        "class Odd:\n"
        "    def __del__(self): raise KeyError('aardvark')\n"
        "def fail(): raise ValueError('aardvark')\n"
        "warnings.warn('aardvark')\n"
        "for target in (exit, fail):\n"
        "    thread = threading.Thread(target=target); thread.start(); thread.join()\n"
        "Odd()\n"
        "raise LookupError('aardvark')\n"
    )
    failed = run(code)
    lines = [json.loads(text) for text in failed.stderr.splitlines()]
    assert failed.returncode == 1 and WORD not in failed.stderr
    assert "UserWarning" in lines[0]["message"]
    kinds = [shown["exc_info"].partition("\n")[0] for shown in lines[1:]]
    assert kinds == ["builtins.ValueError", "builtins.KeyError", "builtins.LookupError"]
    assert "<string>:4 in fail" in lines[1]["exc_info"]


def test_in_a_terminal_the_person_who_typed_a_command_reads_why_it_failed(monkeypatch, capsys):
    error = LookupError("no such table")
    logs._end_command(LookupError, error, None)
    assert "no such table" not in capsys.readouterr().err
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    logs._end_command(LookupError, error, None)
    assert "LookupError: no such table" in capsys.readouterr().err


def test_a_line_of_the_settings_file_that_cannot_be_read_is_not_shown(tmp_path):
    """The library that reads it says so before logging is configured."""
    (tmp_path / "env").write_text(f"SECUREMAIL_API_KEY: {WORD}\n")
    told = run("", ENV_FILE=str(tmp_path / "env"))
    assert "Invalid line: %s" in told.stderr and WORD not in told.stderr


def test_threads_of_the_tests_are_watched_by_pytest_though_another_test_has_run_the_settings():
    runpy.run_path(portal.settings.__file__)
    assert threading.excepthook.__module__ != "portal.logs"


# --- Configuration ----------------------------------------------------------------------------------------


def test_libraries_stay_quiet_at_the_lowest_level():
    code = (
        "import logging\n"
        "for name in ('django.db.backends', 'django.template', 'urllib3', 'fido2', 'gunicorn.access', 'portal.x'):\n"
        "    print(name, logging.getLevelName(logging.getLogger(name).getEffectiveLevel()))\n"
    )
    levels = dict(text.split() for text in run(code, LOG_LEVEL="debug").stdout.splitlines())
    assert levels.pop("portal.x") == "DEBUG" and set(levels.values()) == {"WARNING"}


@pytest.mark.parametrize(
    "handler",
    [logging.StreamHandler(), AdminEmailHandler(), logging.handlers.QueueHandler(None)],
    ids=lambda handler: type(handler).__name__,
)
def test_a_handler_that_writes_more_is_found(handler):
    logger = logging.getLogger("tests.portal.logs")
    logger.addHandler(handler)
    if not isinstance(handler, logging.StreamHandler):
        handler.setFormatter(logs.Formatter())
    try:
        assert logs.unsafe_loggers() == ["tests.portal.logs"]
    finally:
        logger.removeHandler(handler)
    assert logs.unsafe_loggers() == []
