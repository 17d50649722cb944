"""`make campaign ARGS="--messages 10000 --seed 7"`: check the promise about sending under faults of all kinds.

The exit status is 1 if the promise is broken. A tenth of the messages goes to the sandbox, the rest to an upstream on
raw sockets. With TEST_DATABASE=postgresql the portal runs on PostgreSQL.
"""

import argparse
import random
import sys

import tests.support.plugin  # noqa: F401  It starts PostgreSQL on request.
from tests.chaos.campaign.against_sandbox import SandboxUpstream
from tests.chaos.campaign.run import Result, run
from tests.chaos.campaign.table import text_of
from tests.chaos.campaign.time_scale import SEND_DEADLINE
from tests.chaos.campaign.upstream import Upstream


def main() -> int:
    parser = argparse.ArgumentParser(prog="make campaign", description=__doc__)
    parser.add_argument("--messages", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=random.randrange(1_000_000))  # noqa: S311  Not for secrets.
    arguments = parser.parse_args()
    to_sandbox = arguments.messages // 10
    with Upstream(arguments.seed, SEND_DEADLINE) as upstream:
        kept = show(
            "Raw sockets", run(upstream, messages=arguments.messages - to_sandbox, seed=arguments.seed)
        )
    if to_sandbox:
        with SandboxUpstream(arguments.seed) as upstream:
            kept &= show("Sandbox", run(upstream, messages=to_sandbox, seed=arguments.seed))
    return 0 if kept else 1


def show(title: str, result: Result) -> bool:
    verdict = "The promise was kept." if result.kept else "THE PROMISE WAS BROKEN."
    print(f"\n{title}\n{'=' * len(title)}\n{text_of(result)}\n{verdict}", flush=True)  # noqa: T201  The result.
    return result.kept


if __name__ == "__main__":
    sys.exit(main())
