import argparse
import sys
import tempfile
import time
from pathlib import Path

from tests.judges import axe, csp, deploy, endpoints, lighthouse, nu, observatory, tls, wapiti
from tests.judges.front import started

JUDGES = {
    "deploy": deploy,
    "csp": csp,
    "observatory": observatory,
    "tls": tls,
    "endpoints": endpoints,
    "wapiti": wapiti,
    "nu": nu,
    "axe": axe,
    "lighthouse": lighthouse,
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="make judges")
    parser.add_argument("judges", nargs="*", help=f"some of {', '.join(JUDGES)}; all, if none is named")
    names = parser.parse_args().judges or list(JUDGES)
    found = 0
    with tempfile.TemporaryDirectory(prefix="judges-") as name, started(Path(name)) as front:
        for judge in names:
            print(judge)
            before = time.monotonic()
            findings = JUDGES[judge].findings(front, Path(name))
            for finding in findings:
                print(f"  FOUND: {finding}")
            print(f"  {len(findings)} findings, {time.monotonic() - before:.0f} s", flush=True)
            found += len(findings)
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
