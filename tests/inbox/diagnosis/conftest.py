from collections.abc import Callable, Iterator

import pytest

from inbox.diagnosis import Box, Report, State, diagnose
from tests.inbox.diagnosis.api import ALICE, Api
from tests.support.deadlines import hold_deadlines
from tests.support.wire import Wire


@pytest.fixture
def wire(settings) -> Iterator[Wire]:
    with Wire() as wire:
        settings.SECUREMAIL_API_URL = wire.url
        yield wire


@pytest.fixture
def api(wire: Wire) -> Api:
    api = Api(wire)
    wire.script(api)
    return api


@pytest.fixture
def impatient(settings, monkeypatch) -> None:
    """For an API that does not answer once it was asked."""
    settings.SECUREMAIL_DEADLINE = 0.5
    hold_deadlines(monkeypatch)


@pytest.fixture
def report(api: Api) -> Callable[[], Report]:
    """Diagnoses the API for Alice."""
    return lambda: diagnose(ALICE, Box("claims"))


@pytest.fixture
def found(report: Callable[[], Report]) -> Callable[..., str]:
    """Diagnoses, and gives the findings with this topic and state as one text."""

    def find(topic: str, state: State = State.FAILURE) -> str:
        findings = [each for each in report().findings if (each.topic, each.state) == (topic, state)]
        return "\n".join(f"{each.message} {each.fix} {each.snippet}".strip() for each in findings)

    return find
