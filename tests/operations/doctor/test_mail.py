"""What the doctor says of the mail server. It sends nothing."""

import pytest

from portal.findings import State
from portal.operations.doctor import mail
from tests.operations.doctor.smtp import MailServer
from tests.support.certificates import self_signed
from tests.support.wire import Wire


def test_a_server_that_works_is_asked_up_to_the_password_and_no_further(mail_to):
    with MailServer() as server:
        mail_to(server.port)
        (finding,) = mail.look()
    assert finding.state == State.OK and finding.message.endswith("takes the user and the password.")
    assert server.commands == ["EHLO", "AUTH", "QUIT"]


@pytest.mark.parametrize(
    ("answers", "options", "message"),
    [
        ({"AUTH": "535 no"}, {}, "refuses the user or the password (535)"),
        ({}, {"use_tls": True}, "does not offer what EMAIL_URL asks for"),
        ({"EHLO": "250 mail"}, {}, "does not offer what EMAIL_URL asks for"),
        ({}, {"use_ssl": True}, "speaks no TLS"),
        ({"EHLO": ""}, {}, "ends the conversation (SMTPServerDisconnected)"),
    ],
)
def test_what_is_wrong_is_named(mail_to, answers, options, message):
    with MailServer(answers) as server:
        mail_to(server.port, **options)
        (finding,) = mail.look()
    assert finding.state == State.FAILURE and message in finding.message and finding.fix
    assert "canary" not in str(finding)


def test_a_certificate_that_is_not_trusted_is_named(mail_to, tmp_path):
    with Wire(self_signed(tmp_path, "127.0.0.1").context()) as server:
        mail_to(server.port, use_ssl=True)
        (finding,) = mail.look()
    assert "is not trusted here" in finding.message


def test_a_server_that_says_nothing_is_named(mail_to, monkeypatch):
    monkeypatch.setattr(mail, "_SECONDS", 0.05)
    with Wire() as silent:
        mail_to(silent.port)
        (finding,) = mail.look()
    assert "does not answer within" in finding.message


def test_mails_that_go_nowhere_are_a_failure_in_production_alone(settings):
    (development,) = mail.look()
    settings.PRODUCTION = True
    (production,) = mail.look()
    assert (development.state, production.state) == (State.OK, State.FAILURE)


def test_a_sender_that_nobody_accepts_is_a_warning(mail_to, settings):
    settings.PRODUCTION = True
    settings.DEFAULT_FROM_EMAIL = "portal@localhost"
    with MailServer() as server:
        mail_to(server.port)
        sender, _works = mail.look()
    assert sender.state == State.WARNING and "DEFAULT_FROM_EMAIL" in sender.fix
