"""A company's website and a portal on this machine, two sites to a browser. Each answers what the test sets."""

import socket
import threading
from collections.abc import Iterable
from urllib.parse import unquote

from portal.embed import doctor, frames
from portal.embed.doctor import Finding, Report
from tests.support.wire import Act, Request, Wire, reply

HTML = "Content-Type: text/html; charset=utf-8"


class Servers:
    def __init__(self, website: Wire, portal: Wire) -> None:
        self.website = website
        self.origin = f"http://127.0.0.1:{website.port}"
        self.portal = portal
        self.portal_origin = f"http://localhost:{portal.port}"
        self.portal_answers()
        self.website_answers()

    @property
    def script_tag(self) -> str:
        return f'<script type="module" src="{self.portal_origin}/embed/v1.js"></script>'

    @property
    def page(self) -> str:
        """A correct page: every check of it is ok."""
        return f"<!DOCTYPE html><title>Messages</title>{self.script_tag}<secure-inbox></secure-inbox>"

    def website_answers(self, html: str | None = None, *headers: str, status: int = 200) -> None:
        """Set the website's response. Without `html`, it is the correct page."""
        content = self.page if html is None else html
        self.website.script(reply(content.encode(), status, (HTML, *headers), keep=False))

    def portal_answers(
        self, script: Act | None = None, rule: str | None = None, more: Iterable[str] = (), status: int = 200
    ) -> None:
        """Set the portal's responses as they arrive, past any proxies: the script's, and the framed page's with this
        policy (`rule`, omitted if it is "") and `more` headers.
        """
        headers = ["Content-Type: text/javascript; charset=utf-8", "Access-Control-Allow-Origin: *"]
        sent = rule if rule is not None else f"default-src 'none'; frame-ancestors {self.origin}"
        policy = [f"Content-Security-Policy: {sent}"] if sent else []
        page = reply(b"", status, [HTML, *policy, *more], keep=False)
        source = script or reply(b"", 200, headers, keep=False)

        def act(sock: socket.socket, stopped: threading.Event, request: Request) -> bool:
            return (source if request.path == "/embed/v1.js" else page)(sock, stopped, request)

        self.portal.script(act)

    def diagnose(self, token: str = "") -> Report:
        return doctor.diagnose(f"{self.origin}/messages/", token)

    def findings(self, topic: str, token: str = "") -> list[Finding]:
        return [finding for finding in self.diagnose(token).findings if finding.topic == topic]

    def finding(self, topic: str) -> Finding:
        (finding,) = self.findings(topic)
        return finding

    def framed_path(self) -> str:
        return unquote(frames.prefix_for(self.origin)) + "/embed/connect/"


def text_of(report: Report) -> str:
    return "\n".join(f"{one.topic}: {one.message} {one.fix} {one.snippet}" for one in report.findings)
