import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox.references import BadReference, Reference, sign, verify
from inbox.securemail import Direction

ALICE = "alice@example.com"


@pytest.mark.parametrize("direction", Direction)
def test_verifying_gives_back_id_and_direction(direction):
    assert verify(sign(ALICE, "HR1", "abc-1", direction), ALICE, "HR1") == Reference("abc-1", direction)


def test_a_reference_signed_with_a_fallback_key_is_valid(settings):
    reference = sign(ALICE, "HR1", "abc", Direction.INBOUND)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "new" * 20, [settings.SECRET_KEY]
    assert verify(reference, ALICE, "HR1").message_id == "abc"
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(BadReference):
        verify(reference, ALICE, "HR1")


@pytest.mark.parametrize(
    ("address", "box"), [("bob@example.com", "HR1"), (ALICE, "HR2"), (ALICE, ""), ("alice@example.co", "HR1")]
)
def test_a_reference_is_invalid_for_another_address_or_securebox(address, box):
    with pytest.raises(BadReference):
        verify(sign(ALICE, "HR1", "abc", Direction.INBOUND), address, box)


def test_a_changed_direction_or_id_is_invalid():
    reference = sign(ALICE, "HR1", "abc", Direction.INBOUND)
    for altered in ("o" + reference[1:], "u" + reference[1:], reference.replace("abc", "abd")):
        with pytest.raises(BadReference):
            verify(altered, ALICE, "HR1")


@given(st.text() | st.from_regex(r"[iou]\.[A-Za-z0-9_-]{1,40}\.[A-Za-z0-9_-]{43}", fullmatch=True))
def test_made_up_references_are_invalid(made_up):
    with pytest.raises(BadReference):
        verify(made_up, ALICE, "HR1")
