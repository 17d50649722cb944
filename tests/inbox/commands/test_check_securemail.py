"""`manage.py check_securemail`: what it prints, and its exit status. tests/inbox/diagnosis tests what it finds."""

import pytest
from django.core.management import CommandError, call_command

from tests.inbox.diagnosis.api import ALICE, Api
from tests.support.wire import Wire


@pytest.fixture
def api(db, settings):
    with Wire() as wire:
        settings.SECUREMAIL_API_URL = wire.url
        api = Api(wire)
        wire.script(api)
        yield api


def run(box: str = "claims") -> None:
    call_command("check_securemail", address=ALICE, securebox=box)


def test_all_is_well(api, capsys):
    run()
    output = capsys.readouterr().out
    assert "\ncount all " in output and "works: 4\n" in output
    assert "\nok       Order: The newest message comes first.\n" in output
    assert output.endswith("All is well.\n") and "FAILURE" not in output


def test_it_fails_where_customers_would_suffer(api, capsys):
    api.change(date=None, created="2025-11-01T08:00:00Z", text=None)
    with pytest.raises(CommandError, match="2 things have to be mended") as caught:
        run()
    assert caught.value.returncode == 1
    output = capsys.readouterr().out
    assert "FAILURE  text: Not found: opened messages are empty." in output
    assert '\nSECUREMAIL_MESSAGE_FIELDS={"date": ["created"]}\n' in output


def test_a_warning_does_not_fail(api, capsys):
    api.change(subject=None)
    run()
    out = capsys.readouterr().out
    assert "warning  subject: Not found: every message is shown without a subject." in out
    assert out.endswith("to be looked at.\n") and "All is well" not in out


def test_a_wrong_argument_is_named(api):
    with pytest.raises(CommandError, match="securebox must be"):
        run("a b")
    assert api.wire.connections == 0


def test_the_state_of_the_world_fits_a_terminal(api, capsys):
    api.counts_for_made_up = 3
    with pytest.raises(CommandError):
        run()
    findings = [
        line for line in capsys.readouterr().out.splitlines() if line.startswith(("ok ", "FAIL", "   "))
    ]
    assert findings and max(map(len, findings)) <= 100
