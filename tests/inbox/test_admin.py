"""Secureboxes in the admin."""

from inbox.models import Securebox
from tests.accounts.operators import make_superuser
from tests.conftest import sign_in

LIST = "/admin/inbox/securebox/"


def test_positions_are_not_saved_while_a_box_names_an_unknown_connection(claims):
    Securebox.objects.filter(pk=claims.pk).update(connection="gone")
    form = {"form-TOTAL_FORMS": 1, "form-INITIAL_FORMS": 1, "form-0-id": claims.pk, "form-0-position": 7}
    answer = sign_in(make_superuser("Olga")).post(LIST, {**form, "_save": "Save"})
    assert answer.status_code == 200
    assert "has no connection “gone”" in answer.content.decode()
    claims.refresh_from_db()
    assert claims.position != 7
