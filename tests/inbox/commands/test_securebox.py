import pytest
from django.core.management import CommandError, call_command

from inbox.models import Securebox
from portal.accounts.models import Activity

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql("inbox.management.commands.securebox")]


def test_creates_a_securebox_and_updates_only_what_is_named():
    call_command("securebox", "claims", name="Claims01", title="Claims", subject=["One", "Two"])
    call_command(
        "securebox", "claims", reply_time="soon", detail=["CaseNumber=Case number"], allows_purge=True
    )
    box = Securebox.objects.get()
    assert (box.name, box.title, box.subjects, box.reply_time) == (
        "Claims01",
        "Claims",
        ("One", "Two"),
        "soon",
    )
    assert box.detail_labels == {"CaseNumber": "Case number"} and box.allows_purge and box.allows_delete


def test_an_empty_name_is_the_apis_default_box():
    call_command("securebox", "general", name="")
    assert Securebox.objects.get().name == ""


@pytest.mark.parametrize("name", ["ab", "a" * 17, "HR&address=x", "Büro1", "HR 1"])
def test_refuses_a_name_that_the_api_would_refuse(name):
    with pytest.raises(CommandError, match="3 to 16"):
        call_command("securebox", "hr", name=name)
    assert not Securebox.objects.exists()


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"slug": "not a slug"}, "slug"),
        ({"detail": ["CaseNumber"]}, "key = label"),
        ({"consumer": ["x@y.zz"]}, "no consumer"),
        ({"connection": "life"}, "no connection “life”"),
    ],
)
def test_an_error_changes_nothing(options, told):
    with pytest.raises(CommandError, match=told):
        call_command("securebox", options.pop("slug", "hr"), **options)
    assert not Securebox.objects.exists()


def test_adds_consumers(alice):
    call_command("securebox", "vip", name="Vip01", open_to_all=False, consumer=["Alice@example.com"])
    assert list(Securebox.objects.get(slug="vip").consumers.all()) == [alice]


def test_a_change_is_logged(alice):
    for _twice in range(2):
        call_command("securebox", "vip", name="Vip01", title="Vip")
        call_command("securebox", "vip", reply_time="soon", consumer=["alice@example.com"])
    assert list(Activity.objects.order_by("pk").values_list("event", "detail", "by")) == [
        ("settings_changed", "securebox Vip: added", "command"),
        ("settings_changed", "securebox Vip: reply_time, consumers", "command"),
    ]


def test_boxes_of_two_connections_may_have_the_same_name(settings):
    settings.SECUREMAIL_CONNECTIONS = {"life": {"url": "https://life.example.com", "keys": ["key"]}}
    call_command("securebox", "claims", name="Claims01", alias=["Claims"])
    call_command("securebox", "life", name="Claims01", alias=["Claims"], connection="life")
    assert [box.full_name for box in Securebox.objects.order_by("slug")] == ["Claims01", "Claims01@life"]
    for connection in ("", "life"):
        with pytest.raises(CommandError, match="Another securebox has this API name"):
            call_command("securebox", "third", name="Claims01", connection=connection)
