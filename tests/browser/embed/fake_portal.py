"""A company's website, and a fake portal that sends the script what a test tells it to, valid or not.

Both are small servers on this machine. The website is http://127.0.0.1 and the portal http://localhost, which browsers
count as two sites.
"""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self

from playwright.sync_api import Frame, Page

from portal.embed.views import script

ELEMENTS = "<secure-inbox></secure-inbox>"
LAUNCHER = "<secure-inbox-launcher></secure-inbox-launcher>"
BADGE = "<secure-inbox-badge></secure-inbox-badge>"

# The website's style sheet, with rules that must not affect the inside of the elements.
STYLE = """
:root { color-scheme: light dark }
body { font: 1rem/1.5 Georgia, serif; margin: 2rem auto; max-width: 60rem; padding-inline: 1rem }
body { background: light-dark(#fff, #111) }
div, dialog, button { border: 5px solid red; padding: 50px; position: static }
"""

# A script of the page that records every event in `log`.
LOG = """
const log = [];
for (const name of ["unread", "open", "close", "signedin", "signedout", "problem"]) {
  document.addEventListener(`secure-inbox:${name}`, ({ detail }) => log.push([name, detail]));
}
"""

# A document of the fake portal. It says hello, accepts one port, records the messages that it gets in `heard`, and
# sends what a test passes to `say`.
DOCUMENT = """<!doctype html><html lang="en"><title>Portal</title><script src="/document.js"></script>
<main><h1>Letters</h1><p>One letter. <button>Open</button></p></main></html>"""
DOCUMENT_SCRIPT = """
const origin = decodeURIComponent(location.pathname.split("/")[3]).split(",")[0].replace(":", "://");
const heard = [];
let port = null;
function say(message) { port.postMessage(message); }
addEventListener("message", (event) => {
  if (event.source !== parent || event.origin !== origin || event.data.port !== true || port) return;
  [port] = event.ports;
  port.onmessage = ({ data }) => {
    heard.push(data);
    if (data.type === "focus") { const h1 = document.querySelector("h1"); h1.tabIndex = -1; h1.focus(); }
  };
});
addEventListener("keydown", ({ key }) => key === "Escape" && say({ type: "escape" }));
function greet() { parent.postMessage({ secureInbox: 1, hello: true }, origin); }
"""
LISTENS = "typeof port === 'object' && port !== null"
IS_INTRODUCED = "typeof heard === 'object' && heard.length > 0"
# Milliseconds. By default Playwright polls with animation frames, which browsers do not run in a hidden frame.
POLLING = 20
ROLE = {"type": "role", "part": "connector", "identifies": False}
HELLO = 'addEventListener("DOMContentLoaded", greet);'


class _HttpServer(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = (
        128  # Connections that a busy machine has not yet taken; a browser opens many at once.
    )


class Server:
    """Answers each path with a media type, a text and headers. A path that ends with "*" matches as a prefix."""

    def __init__(self, host: str) -> None:
        self.answers: dict[str, tuple[str, str]] = {}
        self.headers: dict[str, str] = {}
        self.requested_paths: list[str] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.requested_paths.append(self.path)
                outer.answer(self)

            def log_message(self, *_: object) -> None:
                """Silent: requests are recorded in `requested_paths`."""

        self._server = _HttpServer(("127.0.0.1", 0), Handler)
        self.port = self._server.server_port
        self.url = f"http://{host}:{self.port}"

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        path, _, query = handler.path.partition("?")
        if query.startswith("pages="):
            path += "?pages"
        wild = next((key for key in self.answers if key.endswith("*") and path.startswith(key[:-1])), "")
        media_type, text = self.answers.get(path) or self.answers.get(wild) or ("text/plain", "")
        handler.send_response(200 if text else 404)
        for name, value in {"Content-Type": f"{media_type}; charset=utf-8", **self.headers}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(text.encode())

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class CompanySite(Server):
    """The website. Its policy allows its own files and the portal's script and frames; nothing inline."""

    def __init__(self, portal: str) -> None:
        super().__init__("127.0.0.1")
        self.portal = portal
        self.headers["Content-Security-Policy"] = (
            f"default-src 'none'; script-src 'self' {portal}; style-src 'self'; frame-src {portal}; img-src 'self'; "
            "base-uri 'none'; form-action 'self'; require-trusted-types-for 'script'"
        )
        self.answers["/site.css"] = ("text/css", STYLE)

    def write(self, body: str, before: str = "", path: str = "/") -> str:
        """Add a page with the portal's script, and `before`, a script that runs before it. Returns the page's URL."""
        head = '<title>Company</title><link rel="stylesheet" href="/site.css">'
        head += f'<script src="{path}before.js"></script>'
        head += f'<script type="module" src="{self.portal}/embed/v1.js"></script>'
        view = '<meta name="viewport" content="width=device-width, initial-scale=1">'
        main = f'<main><h1>Company</h1><a href="#top">Link</a>{body}</main>'
        page = f'<!doctype html><html lang="en"><head>{view}{head}</head><body>{main}</body></html>'
        self.answers[path] = ("text/html", page)
        self.answers[f"{path}before.js"] = ("text/javascript", before or "// Nothing.")
        return self.url + path


class FakePortal(Server):
    """A server in place of the portal."""

    def __init__(self) -> None:
        super().__init__("localhost")
        self.answers |= {
            "/embed/v1.js": ("text/javascript", script.read(script.SCRIPT).plain.decode()),
            "/embed/v1.js?pages": ("text/javascript", script.read(script.PAGES).plain.decode()),
            "/document.js": ("text/javascript", DOCUMENT_SCRIPT + HELLO),
            "/embed/in/*": ("text/html", DOCUMENT),
        }
        self.headers["Access-Control-Allow-Origin"] = "*"

    def stop_greeting(self) -> None:
        """Answer with documents that do not say hello."""
        self.answers["/document.js"] = ("text/javascript", DOCUMENT_SCRIPT)

    def resume_greeting(self) -> None:
        self.answers["/document.js"] = ("text/javascript", DOCUMENT_SCRIPT + HELLO)


class CompanyPage:
    """A page of the website in a browser, with the fake portal's documents in it."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def document(self, *, connector: bool = False, number: int = 0, ready: str = LISTENS) -> Frame:
        """The connector's document, or the visible one with this number, once `ready` is true in it."""
        for _ in range(6000):
            frames = [frame for frame in self.page.main_frame.child_frames if "/embed/in/" in frame.url]
            found = [frame for frame in frames if frame.url.endswith("/embed/connect/") is connector]
            if len(found) > number:
                found[number].wait_for_function(ready, polling=POLLING)
                return found[number]
            self.page.wait_for_timeout(10)
        raise AssertionError(f"No such frame among {[frame.url for frame in self.page.frames]}")

    def say(self, **message: object) -> None:
        """Make the connector send this message to the script."""
        self.document(connector=True).evaluate("say", message)

    def count(self, total: int | None, more: tuple[str, ...] = (), **secureboxes: int | None) -> None:
        numbers = {"total": total, "secureboxes": secureboxes, "more": list(more)}
        self.say(type="unread", **numbers, as_of="2026-11-23T12:00:00Z", stale=False)

    def sign_in(self) -> None:
        self.say(type="session", signedIn=True)

    def hand_over(
        self, *, changed: bool = False, signed_in: bool = True, known: bool = True, times: int = 1
    ) -> None:
        """Make the connector send the outcome of the last token, once it has received `times` tokens."""
        turn = self.hears("token", times=times)[-1]["turn"]
        self.say(type="handedOff", turn=turn, signedIn=signed_in, changed=changed, isKnown=known)

    def hears(self, kind: str, *, connector: bool = True, times: int = 1) -> list[dict[str, object]]:
        """The messages of this type that the document got, once there are at least `times` of them."""
        document = self.document(connector=connector)
        often = "([kind, times]) => heard.filter(({ type }) => type === kind).length >= times"
        document.wait_for_function(often, arg=[kind, times], polling=POLLING)
        found: list[dict[str, object]] = document.evaluate("heard")
        return [message for message in found if message["type"] == kind]

    def wait_for(self, condition: str) -> None:
        """Playwright's `wait_for_function` evaluates text in the page, which the page's policy forbids."""
        for _ in range(6000):
            if self.page.evaluate(condition):
                return
            self.page.wait_for_timeout(10)
        raise AssertionError(f"Still not true: {condition}")

    def events(self) -> list[list[object]]:
        """The events that the page recorded: see `LOG`."""
        found: list[list[object]] = self.page.evaluate("log")
        return found
