"""What pages tell their script of themselves, so that it can say what has arrived since."""

from datetime import UTC, datetime, timedelta, timezone

from inbox.models import Securebox
from inbox.views.arrivals import arrivals

CLAIMS = Securebox(pk=1, slug="claims", title="Claims")
BILLING = Securebox(pk=2, slug="billing", title="Billing")
NOON = datetime(2026, 11, 23, 12, 0, 0, 500, tzinfo=UTC)


def test_a_page_has_a_sentence_for_each_number_and_one_without():
    data = arrivals({CLAIMS: 2, BILLING: None}, NOON, "/").data
    assert data["shown"] == {"claims": 2, "billing": None}
    assert data["numbered"][0] == "1 new message." and data["numbered"][8] == "9 new messages."
    assert len(data["numbered"]) == 9 and data["unnumbered"] == "New messages."
    assert data["sent"]["billing"] == "Your message to Billing was sent."


def test_a_page_about_one_securebox_names_it():
    data = arrivals({CLAIMS: None}, NOON, "/inbox/claims/", names_box=True).data
    assert data["numbered"][:2] == ["1 new message in Claims.", "2 new messages in Claims."]
    assert data["unnumbered"] == "New messages in Claims."


def test_its_time_is_written_as_that_of_the_counts():
    """As text in UTC, to the second: the page is never younger than what it shows."""
    berlin = NOON.astimezone(timezone(timedelta(hours=1)))
    assert arrivals({CLAIMS: 0}, berlin, "/").data["asOf"] == "2026-11-23T12:00:00Z"
