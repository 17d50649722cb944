import io
import tracemalloc
from smtplib import SMTPRecipientsRefused

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.accounts.emails import delivery
from portal.accounts.management.commands import invite as invite_command
from portal.accounts.models import Activity, Consumer, Invitation, PortalMail
from portal.accounts.signup import bulk, invitations
from portal.accounts.signup.csv_file import Line
from tests.accounts.operators import make_superuser
from tests.conftest import sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql("portal.accounts.signup.bulk")]
HEADER = "email,first_name,last_name\n"


def review(text, encoding="utf-8"):
    return bulk.review(text.encode(encoding), 10_000)


def reasons(text):
    return [(problem.number, problem.reason) for problem in review(HEADER + text).bad]


@pytest.fixture
def invite(tmp_path):
    """Runs the command on a file with these bytes. Returns its output and its error."""

    def run(content, *options, stderr=None):
        file, told = tmp_path / "people.csv", io.StringIO()
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        try:
            call_command("invite", str(file), *options, stdout=told, stderr=stderr)
        except CommandError as error:
            return told.getvalue(), str(error)
        return told.getvalue(), ""

    return run


def test_works(invite):
    told, failure = invite(HEADER + "dora@example.com,Dora,Example\nemil@example.com,,\n")
    assert (told, failure) == ("2 invited.\n", "")
    assert [message.to for message in mail.outbox] == [["dora@example.com"], ["emil@example.com"]]
    assert "Hello Dora" in mail.outbox[0].body
    assert Consumer.objects.filter(is_active=False).count() == 2


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be-with-mark"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_what_spreadsheets_write_is_read(encoding, delimiter, end):
    text = f'Last Name,EMAIL,first_name{end}Müller,Jörg@example.com,"Jo rg"{end}'.replace("ö", "o")
    content = text.replace(",", delimiter)
    known = {"utf-16-be-with-mark": ("\ufeff" + content).encode("utf-16-be")}
    found = bulk.review(known.get(encoding) or content.encode(encoding), 100)
    assert found.bad == [] and found.good == [Line(2, "jorg@example.com", "Jo rg", "Müller")]


def test_names_are_optional():
    assert review("email\nd@example.com\n").good == [Line(2, "d@example.com", "", "")]
    assert review("last_name,email\nD,d@example.com\n").good == [Line(2, "d@example.com", "", "D")]


def test_other_encodings_are_refused_with_the_line(invite):
    told, failure = invite((HEADER + "a@example.com,A,A\nb@example.com,Jörg,B\n").encode("latin-1"))
    assert failure.startswith("Line 3 is not in UTF-8.") and told == "" and not mail.outbox


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "The file is empty."),
        (b"\n\n", "The file is empty."),
        (b"dora@example.com,Dora,Example\n", "must name the column email"),
        (b"first_name,last_name\n", "must name the column email"),
        (b"email,email,first_name,last_name\n", "must name the column email"),
        (b"\xff\xfe\x00", "is not in UTF-8"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "is not in UTF-8"),
        (HEADER.encode() + b"x" * 3_000_000, "Line 2 does not end"),
        (HEADER.encode() + b"a@example.com,A,A\n" * 5_000 + b"\xe4", "Line 5002 is not in UTF-8"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_as_a_whole(invite, content, told):
    assert told in invite(content)[1] and not mail.outbox


def test_header_alone_invites_no_user(invite):
    assert invite(HEADER) == ("0 invited.\n", "")


def test_bad_lines_are_reported_and_good_ones_invited(invite, charlie):
    told, failure = invite(
        HEADER + "charlie@example.com,C,E\n\nnobody,N,N\nd@example.com,D,D\nD@example.com,Secret,D\n"
    )
    assert told.splitlines() == [
        "Line 2 (charlie@example.com): There is an account with this address.",
        "Line 4 (nobody): Enter an email address, such as name@example.com.",
        "Line 6 (d@example.com): The same address as in line 5.",
        "1 invited.",
    ]
    assert failure == "Lines that cannot be used: 3."


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (",A,A", "Enter an email address"),
        ("a@example.com,A", "It has 2 cells instead of 3."),
        ("a@example.com", "It has 1 cell instead of 3."),
        ("a@example.com,A,A,A", "It has 4 cells instead of 3."),
        (f"a@example.com,{'x' * 81},A", "First name: Use 80 characters or fewer."),
        ("a@example.com,A,A\ue000", "Last name: Use only visible letters"),
        ("a\x00@example.com,A,A", "Enter an email address"),
        (f"a@example.com,{'x' * 1_000_000},A", "A cell is too long."),
        (f"{'x' * 100_000}@example.com,A,A", "Enter an email address"),
        ("\u212aim@example.com,A,A", "Use only letters from a to z"),
        ('a@example.com,"A\nB",A', "A quotation mark that opens here is not closed before line 3."),
    ],
)
def test_bad_line_does_not_stop_the_next(line, reason):
    found = review(f"{HEADER}{line}\nb@example.com,B,B\n")
    assert len(found.bad) == 1 and found.bad[0].reason.startswith(reason)
    assert [good.email for good in found.good] == ["b@example.com"]


def test_a_report_repeats_nothing_but_a_short_plain_address():
    found = review(f"{HEADER}\x1b[31m{'x' * 500},Secret,Secret\n")
    assert "Secret" not in str(found.bad[0]) and "\x1b" not in str(found.bad[0])
    assert len(found.bad[0].address) <= 61


def test_pending_invitation_is_not_mailed_again(settings):
    invitations.invite("d@example.com")
    assert "Invited already, until" in reasons("d@example.com,D,D\n")[0][1]
    Invitation.objects.update(expires_at="2020-01-01T00:00Z")
    assert reasons("d@example.com,D,D\n") == []


def test_a_dry_run_gives_the_same_report_and_does_nothing(invite, charlie):
    text = HEADER + "charlie@example.com,C,E\nd@example.com,D,D\n"
    told, failure = invite(text, "--dry-run")
    assert told.endswith("1 can be invited.\n") and failure == "Lines that cannot be used: 1."
    assert not mail.outbox and not Invitation.objects.exists() and not Activity.objects.exists()
    assert invite(text)[0].splitlines()[0] == told.splitlines()[0]


def failing_for(monkeypatch, *addresses):
    send, asked = mail.EmailMultiAlternatives.send, []

    def fail(message):
        if message.to[0] in addresses:
            asked.append(message)
            raise ConnectionRefusedError
        return send(message)

    monkeypatch.setattr(mail.EmailMultiAlternatives, "send", fail)
    return asked


def test_a_mail_server_that_is_down_stops_no_invitation_and_is_asked_once(invite, monkeypatch):
    asked = failing_for(monkeypatch, *(f"{name}@example.com" for name in "abcde"))
    told, failure = invite(HEADER + "".join(f"{name}@example.com,A,A\n" for name in "abcde"))
    assert told == "5 invited.\nMails that wait for the mail server: 5. “manage.py deliver” sends them.\n"
    assert not failure and len(asked) == 1
    monkeypatch.undo()


def test_an_import_that_was_interrupted_is_run_again(invite):
    lines = [f"p{number}@example.com,P,P\n" for number in range(5)]
    invite(HEADER + "".join(lines[:3]))
    told, failure = invite(HEADER + "".join(lines))
    assert told.count("Invited already, until") == 3 and "Line 4 (p2@example.com)" in told
    assert "2 invited.\nSkipped, because they are invited already: 3.\n" in told and not failure
    assert len(mail.outbox) == 5


def people(number):
    return HEADER + "".join(f"person{one}@example.com,Person,{one}x\n" for one in range(number))


@pytest.fixture
def mails_wait(monkeypatch):
    monkeypatch.setattr(delivery, "send_due", lambda **_options: None)


@pytest.mark.usefixtures("mails_wait")
def test_a_long_file_costs_a_few_queries_for_each_batch(invite, monkeypatch, charlie):
    monkeypatch.setattr(bulk, "BATCH", 90)  # As many as SQLite stores with one statement.
    counts = []
    for number in (90, 900):
        Consumer.objects.exclude(pk=charlie.pk).delete()
        with CaptureQueriesContext(connection) as captured:
            assert f"{number} invited." in invite(people(number))[0]
        counts.append(len(captured))
    assert (counts[1] - counts[0]) / 9 <= 12, counts


@pytest.mark.usefixtures("mails_wait")
def test_progress_is_told_and_lines_are_named_across_batches(invite, monkeypatch, charlie):
    monkeypatch.setattr(bulk, "BATCH", 10)
    monkeypatch.setattr(invite_command, "_PROGRESS_EVERY", 20)
    text = people(45) + "person3@example.com,Again,A\nnobody,N,N\ncharlie@example.com,C,C\n"
    progress = io.StringIO()
    told, failure = invite(text, stderr=progress)
    assert told.splitlines() == [
        "Line 47 (person3@example.com): The same address as in line 5.",
        "Line 48 (nobody): Enter an email address, such as name@example.com.",
        "Line 49 (charlie@example.com): There is an account with this address.",
        "45 invited.",
        "Mails that wait for the mail server: 45. “manage.py deliver” sends them.",
    ]
    assert progress.getvalue() == (
        "20 lines read, 0 of them cannot be used\n40 lines read, 0 of them cannot be used\n"
    )
    assert failure == "Lines that cannot be used: 3."


def test_someone_who_opens_an_account_meanwhile_is_named_and_stops_no_other(charlie):
    lines = [Line(2, "charlie@example.com", "C", "C"), Line(3, "d@example.com", "D", "D")]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bulk, "_known", lambda _addresses: {})
        problems = bulk.invite_all(lines)
    assert [str(problem) for problem in problems] == [
        "Line 2 (charlie@example.com): There is an account with this address."
    ]
    assert Invitation.objects.get().consumer.email == "d@example.com"


@pytest.mark.usefixtures("mails_wait")
@pytest.mark.parametrize("number", [2_000, pytest.param(50_000, marks=pytest.mark.proof)])
def test_memory_does_not_grow_with_the_file(invite, number):
    """But for a number of 32 bits per address, by which an address that comes twice is found."""
    text = people(number).encode() + b"\n"
    tracemalloc.start()
    try:
        told, _failure = invite(text, "--dry-run")
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert told == f"{number} can be invited.\n"
    assert peak < 8_000_000 + 200 * number


@pytest.mark.proof
@pytest.mark.usefixtures("mails_wait")
def test_fifty_thousand_lines_are_invited(invite):
    told, failure = invite(people(50_000))
    assert told.startswith("50000 invited.\n") and not failure
    assert Invitation.objects.count() == PortalMail.objects.count() == 50_000


def test_mails_that_the_server_refuses_are_not_counted_as_waiting(invite, monkeypatch):
    def refuse(_message):
        raise SMTPRecipientsRefused({"a@example.com": (550, b"5.1.1 no such user")})

    monkeypatch.setattr(mail.EmailMultiAlternatives, "send", refuse)
    assert invite(HEADER + "a@example.com,A,A\n")[0] == "1 invited.\n"
    assert invitations.state(Invitation.objects.get()) is invitations.State.NOT_SENT


def test_missing_file_is_reported(tmp_path):
    with pytest.raises(CommandError, match="No such file"):
        call_command("invite", str(tmp_path / "none.csv"))


# --- In the admin ---


@pytest.fixture
def operator():
    return sign_in(make_superuser("Olga"))


PAGE = "/admin/accounts/invitation/file/"


def upload(browser, text):
    return browser.post(PAGE, {"file": SimpleUploadedFile("people.csv", text.encode())})


def test_admin_reviews_a_file_before_inviting(operator, charlie):
    page = upload(operator, HEADER + "charlie@example.com,C,E\nd@example.com,D,D\n")
    html = page.content.decode()
    assert "Line 2 (charlie@example.com): There is an account" in html and "Invite 1 person" in html
    assert not mail.outbox and not Invitation.objects.exists()


def test_the_admin_invites_what_was_reviewed(operator):
    page = upload(operator, HEADER + "d@example.com,D,D\n")
    done = operator.post(PAGE, {"reviewed": page.context["reviewed"]}, follow=True)
    assert "Invited: 1." in done.content.decode()
    assert Invitation.objects.get().invited_by == "olga@example.com"


def test_the_admin_invites_nothing_that_it_did_not_review(operator):
    reviewed = upload(operator, HEADER + "d@example.com,D,D\n").context["reviewed"]
    other = sign_in(make_superuser("Oscar"))
    for browser, posted in ((operator, reviewed + "x"), (operator, "x"), (other, reviewed)):
        page = browser.post(PAGE, {"reviewed": posted}, follow=True)
        assert "too old" in page.content.decode()
    assert not Invitation.objects.exists()


def test_the_admin_says_whose_mail_waits_and_whose_is_refused(operator, monkeypatch):
    def fail(message):
        if message.to == ["a@example.com"]:
            raise SMTPRecipientsRefused({"a@example.com": (550, b"5.1.1 no such user")})
        raise ConnectionRefusedError

    page = upload(operator, HEADER + "a@example.com,A,A\nb@example.com,B,B\n")
    monkeypatch.setattr(mail.EmailMultiAlternatives, "send", fail)
    done = operator.post(PAGE, {"reviewed": page.context["reviewed"]}, follow=True).content.decode()
    assert "Invited: 2." in done and "Refused by the mail server: a@example.com." in done
    assert "Emailed as soon as the mail server takes their emails: b@example.com." in done


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "The submitted file is empty"),
        ("x,y\n", "must name the column email"),
        (HEADER + "\n" * 3 + "a@b.cc,A,A\n" * 101, "more than 100 lines. Split it, or have it read by"),
    ],
)
def test_admin_explains_why_a_file_cannot_be_read(operator, text, told):
    assert told in upload(operator, text).content.decode()


def test_consumers_cannot_upload_a_file(charlie):
    assert sign_in(charlie).get(PAGE).status_code in (302, 403)
