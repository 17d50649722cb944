"""Wapiti, a scanner for holes in web applications, signed in as Alice."""

import http.client
import json
import ssl
import subprocess
from pathlib import Path

from tests.judges.front import PROJECT, Front

SECONDS = 240
PROGRAM = PROJECT / "var/judges/venv/bin/wapiti"
# Those that need no server of Wapiti's own outside, and no database that it would download.
MODULES = (
    "cookieflags,crlf,csp,exec,file,htaccess,http_headers,ldap,methods,"
    "permanentxss,redirect,shellshock,sql,upload,xss"
)
# Without these it would sign itself out, or close Alice's account, and then scan sign-in pages.
NOT_VISITED = ("accounts/logout/", "accounts/close/", "accounts/devices/", "accounts/reauthenticate/")
NAMES_OF_FINDINGS = ("vulnerabilities", "anomalies")


def findings(front: Front, folder: Path) -> list[str]:
    report = folder / "wapiti.json"
    command = [PROGRAM, "--url", f"{front.origin}/", "--scope", "domain", "--module", MODULES]
    command += ["--header", f"Cookie: {front.cookie}", "--verify-ssl", "0", "--timeout", "30", "--tasks", "4"]
    command += ["--max-scan-time", str(SECONDS // 3), "--max-attack-time", "30", "--max-links-per-page", "60"]
    command += ["--depth", "6", "--format", "json", "--output", report, "--no-bugreport"]
    command += ["--store-session", folder / "wapiti", "--store-config", folder / "wapiti"]
    for path in NOT_VISITED:
        command += ["--exclude", f"{front.origin}/{path}*"]
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL, timeout=SECONDS * 3)  # noqa: S603  Ours.
    result = json.loads(report.read_text())
    print(f"  {result['infos'].get('crawled_pages_nbr')} pages")
    signed_out = [] if _is_signed_in(front) else ["the scan lost its session, and saw less than it should"]
    return signed_out + [
        f"{name}: {one['method']} {one['path']} {one.get('parameter') or ''}: {one['info']}"
        for kind in NAMES_OF_FINDINGS
        for name, several in result[kind].items()
        for one in several
    ]


def _is_signed_in(front: Front) -> bool:
    context = ssl.create_default_context(cafile=front.certificate.chain)
    connection = http.client.HTTPSConnection("localhost", front.https, timeout=30, context=context)
    connection.request("GET", "/accounts/session.json", headers={"Cookie": front.cookie})
    status = connection.getresponse().status
    connection.close()
    return status == 200
