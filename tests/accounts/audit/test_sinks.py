"""Where the audit stream goes: each place gets each line once and whole."""

import errno
import json
import os
import re
import socket
from contextlib import closing

import pytest

from portal.accounts.audit import sinks

LINE = '{"event": "signed_in"}'
RFC_5424 = re.compile(r"<109>1 \d{4}-\d\d-\d\dT[\d:.]+\+00:00 \S+ securebox-portal \d+ audit - (\{.*\})")


@pytest.mark.parametrize(
    "target",
    [
        "",
        "stdout",
        "relative/path",
        "syslog://siem.example.com",
        "syslog://:514",
        "syslog://siem.example.com:99999",
        "syslog://siem.example.com:x",
        "syslog://siem.example.com:514/path",
        "syslog://user@siem.example.com:514",
        "https://siem.example.com:443",
    ],
)
def test_what_is_no_place_is_refused(target):
    with pytest.raises(ValueError, match="it is none of"):
        sinks.make(target)


def test_a_file_is_for_its_owner_alone_and_added_to(tmp_path):
    path = tmp_path / "audit.jsonl"
    for _process in range(2):
        with closing(sinks.make(str(path))) as sink:
            sink.write(LINE)
    assert path.read_text() == f"{LINE}\n" * 2 and path.stat().st_mode & 0o777 == 0o600


def test_a_rotated_file_is_left_for_a_new_one(tmp_path):
    path, old = tmp_path / "audit.jsonl", tmp_path / "audit.jsonl.1"
    with closing(sinks.make(str(path))) as sink:
        sink.write("before")
        path.rename(old)
        sink.write("after")
    assert (old.read_text(), path.read_text()) == ("before\n", "after\n")


def test_a_full_disk_breaks_one_line_and_not_the_next(tmp_path, monkeypatch):
    path, write, full = tmp_path / "audit.jsonl", os.write, iter([False, True])

    def almost_full(descriptor: int, data: bytes) -> int:
        if next(full, False):
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(descriptor, data[:5])

    with closing(sinks.make(str(path))) as sink:
        monkeypatch.setattr(os, "write", almost_full)
        with pytest.raises(OSError, match="No space"):
            sink.write(LINE)
        monkeypatch.setattr(os, "write", write)
        sink.write(LINE)
    assert path.read_text().splitlines() == [LINE[:5], LINE]


@pytest.mark.parametrize("place", ["nowhere/audit.jsonl", "."])
def test_a_file_that_cannot_be_written_is_found_before(tmp_path, place):
    with pytest.raises(OSError, match="cannot be written"):
        sinks.check_target(str(tmp_path / place))


def test_checking_a_file_does_not_create_it(tmp_path):
    sinks.check_target(str(tmp_path / "audit.jsonl"))
    assert list(tmp_path.iterdir()) == []


def test_standard_error_gets_a_line(capsys):
    sinks.make("stderr").write(LINE)
    assert capsys.readouterr().err == f"{LINE}\n"


def test_a_syslog_server_gets_a_datagram():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        server.settimeout(60)
        with closing(sinks.make(f"syslog://127.0.0.1:{server.getsockname()[1]}")) as sink:
            sink.write(LINE)
        received = server.recv(65_536).decode()
    assert json.loads(RFC_5424.fullmatch(received)[1]) == {"event": "signed_in"}
    assert f" {os.getpid()} " in received


def test_a_syslog_server_that_was_restarted_gets_the_next_line():
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(60)
        with closing(sinks.make(f"syslog+tcp://127.0.0.1:{server.getsockname()[1]}")) as sink:
            for line in ("first", "second"):
                sink.write(line)
                connection, _address = server.accept()
                with connection, connection.makefile() as lines:
                    assert lines.readline().endswith(f" audit - {line}\n")


def test_a_server_that_is_away_is_an_error():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(OSError, match="refused"):
        sinks.make(f"syslog+tcp://127.0.0.1:{port}").write(LINE)
