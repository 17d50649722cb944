import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

from tests.perf import cpu_time
from tests.perf.pages import references
from tests.perf.visitor import Answer, Visitor


def test_hidden_fields_are_those_of_all_forms_as_a_browser_would_send_them():
    page = Answer(
        200,
        "",
        '<form><input type="hidden" name="_token" value="a&amp;b"></form><form><input name="_id" type="hidden" '
        'value="7"><input type="text" name="words" value="x"></form>',
    )
    assert page.hidden_fields == {"_token": "a&b", "_id": "7"}


def test_the_messages_of_a_list_are_found_in_its_order():
    links = (f'<a class="mail-link"\n   href="/inbox/ann0/o.{number}/?page=2">' for number in (2, 1))
    assert references(Answer(200, "", "".join(links))) == ["o.2", "o.1"]


def test_the_time_of_a_process_includes_that_of_its_descendants():
    busy = "while True: pass"
    start = f"import subprocess, sys; child = subprocess.Popen([sys.executable, '-c', {busy!r}]); print(child.pid)"
    command = [sys.executable, "-c", f"{start}; sys.stdout.flush(); sys.stdin.read(); child.kill()"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as parent:  # noqa: S603  Ours.
        assert parent.stdout
        child = int(parent.stdout.readline())
        assert cpu_time.tree(parent.pid) == [parent.pid, child]
        before = cpu_time.seconds(child)
        while cpu_time.seconds(child) - before < 0.05:
            pass
        assert cpu_time.seconds(parent.pid) >= cpu_time.seconds(child) - 0.05
        parent.communicate("")


def test_a_connection_that_the_server_has_closed_meanwhile_is_opened_again():
    with socket.create_server(("127.0.0.1", 0)) as server, ThreadPoolExecutor() as pool:
        visitor = Visitor(server.getsockname()[1])
        served = pool.submit(lambda: [_serve_once(server) for _ in range(2)])
        assert [visitor.get("/").text for _ in range(2)] == ["page", "page"]
        served.result()
        visitor.close()


def _serve_once(server: socket.socket) -> None:
    """One page over a connection that is closed after it, although the answer does not say so."""
    connection, _address = server.accept()
    with connection:
        connection.recv(10_000)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\npage")
