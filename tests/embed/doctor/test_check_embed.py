"""`manage.py check_embed` prints the same findings as the admin's page, and fails if something has to be changed."""

import pytest
from django.core.management import CommandError, call_command

from portal.embed.models import Website
from portal.findings import Finding, State, lines
from tests.accounts.federation.handoff.company import make_company, token


def run(servers, capsys, *options):
    call_command("check_embed", f"{servers.origin}/messages/", *options)
    return capsys.readouterr().out


def test_a_correct_website_succeeds(servers, listed, capsys):
    out = run(servers, capsys)
    assert "ok       Script: The page loads the script" in out and out.endswith("All is well.\n")


def test_a_finding_to_change_is_printed_and_fails(servers, listed, capsys):
    servers.website_answers("<secure-inbox></secure-inbox>")
    with pytest.raises(CommandError, match=r"^1 thing has to be mended\b") as caught:
        run(servers, capsys)
    assert caught.value.returncode == 1
    out = capsys.readouterr().out
    assert "CHANGE   Script: The page does not load the script." in out and servers.script_tag in out


def test_an_unknown_finding_does_not_fail(servers, listed, capsys):
    servers.website_answers(servers.script_tag)
    out = run(servers, capsys)
    assert "unknown  Elements: " in out and "All is well" not in out
    assert out.endswith("Nothing has to be mended, 1 thing is not known.\n")


def test_the_command_prints_every_finding_of_the_report(servers, listed, capsys):
    out = " ".join(run(servers, capsys).split())
    assert all(f"{one.topic}: {one.message}" in out for one in servers.diagnose().findings)


def test_a_sample_token_is_checked_and_not_printed(servers, listed, capsys):
    Website.objects.update(company=make_company("first"))
    text = token(aud=servers.portal_origin, origin=servers.origin)
    out = run(servers, capsys, "--token", text)
    assert "Token: signature: right." in out and text not in out


def test_lines_fit_80_columns_and_do_not_break_names():
    words = "https://www.company.example is not listed. " * 5
    text = lines(Finding(State.FAILURE, "Website", words, "Add it: " * 20), 80)
    assert max(map(len, text)) <= 80
    assert sum(line.count("https://www.company.example") for line in text) == 5


def test_a_snippet_is_printed_on_one_line():
    policy = "Content-Security-Policy: " + "default-src 'none'; " * 10
    assert lines(Finding(State.FAILURE, "T", "W", "M:", policy))[-1] == policy
