"""Google's Lighthouse on five pages, as on a middling phone: nothing left to do but a little speed."""

import json
from pathlib import Path

from tests.browser import chromium
from tests.judges.front import Front
from tests.judges.node import run_script
from tests.judges.shown import pages

PAGES = ("sign in", "home", "list", "conversation: A conversation", "compose")
LEAST = {"accessibility": 100, "best-practices": 100, "seo": 100, "performance": 98}
# It measures processor time, which others on the same processors lengthen: the best of these counts.
RUNS = 3


def findings(front: Front, folder: Path) -> list[str]:
    states = {state.name: state for state in pages(front, folder)}
    found = []
    for name in PAGES:
        cookies = "; ".join(f"{key}={value}" for key, value in states[name].cookies.items())
        address = f"{front.origin}{states[name].path}"
        result = json.loads(
            run_script("lighthouse.mjs", address, cookies, str(RUNS), CHROME_PATH=chromium.find() or "")
        )
        print(f"  {name}: {', '.join(f'{key} {value}' for key, value in result['scores'].items())}")
        found += [
            f"{name}: {category} {result['scores'][category]}: {'; '.join(result['failed'][category])}"
            for category, least in LEAST.items()
            if result["scores"][category] < least
        ]
    return found
