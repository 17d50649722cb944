"""What a page of the company's website says: its script tag, its elements, its policies and other headers."""

import time

import pytest

from portal.embed.doctor import State, markup

CSP = "Content-Security-Policy"


def fallback(own, deciding, *, carried=True):
    """What is told where a directive decides that is not the one to add to."""
    allowed = f" what {deciding} allows, and" if carried else ""
    return f"It has no {own}, so {deciding} decides. Add a {own} with{allowed} this source:"


def with_policy(servers, rule):
    servers.website_answers(None, f"{CSP}: {rule.format(portal=servers.portal_origin)}")


# --- The script and the elements ---


def test_nothing_has_to_be_changed_on_a_page_that_is_right(servers, listed):
    report = servers.diagnose()
    assert {finding.state for finding in report.findings} == {State.OK} and report.changes == 0


@pytest.mark.parametrize(
    ("tag", "told"),
    [
        ("", "does not load the script"),
        ("<!-- {line} -->", "has no tag for it"),
        ("<script type=module>import '{portal}/embed/v1.js'</script>", "has no tag for it"),
        ('<script src="{portal}/embed/v1.js"></script>', "not as a module"),
        ('<script type="text/javascript" src="{portal}/embed/v1.js"></script>', "not as a module"),
        ('<script type=module src="/embed/v1.js"></script>', "from another host"),
        ('<script type=module src="https://cdn.example/embed/v1.js?x"></script>', "from another host"),
        ('<script type=module src="{portal}/embed/v2.js"></script>', "does not load the script"),
        ('<script type=module integrity="sha256-a" src="{portal}/embed/v1.js"></script>', "integrity"),
        ('<script type=module crossorigin="use-credentials" src="{portal}/embed/v1.js"></script>', "cookies"),
    ],
)
def test_a_tag_that_is_not_right_is_told_with_the_line_to_paste(servers, tag, told):
    servers.website_answers(tag.format(portal=servers.portal_origin, line=servers.script_tag))
    finding = servers.finding("Script")
    assert finding.state != State.OK and told in finding.message and finding.snippet == servers.script_tag


@pytest.mark.parametrize(
    "tag",
    [
        "<SCRIPT SRC={portal}/embed/v1.js TYPE=Module></SCRIPT>",
        '<script async crossorigin type="module" src=" {portal}/embed/v1.js?v=2 "></script>',
        '<base href="{portal}/x/"><script type=module src="../embed/v1.js"></script>',
        '<script>"</p>"</script><script type=module src="{portal}/embed/v1.js"></script>',
        '<![endif]--><script type=module src="{portal}/embed/v1.js"></script>',
    ],
)
def test_a_tag_may_be_written_in_many_ways(servers, tag):
    servers.website_answers(tag.format(portal=servers.portal_origin))
    assert servers.finding("Script").state == State.OK


def test_elements_that_are_not_there_may_come_later(servers):
    servers.website_answers(servers.script_tag)
    assert servers.finding("Elements").state == State.UNKNOWN
    servers.website_answers(
        "<secure-inbox-launcher></secure-inbox-launcher><secure-inbox-badge></secure-inbox-badge>"
    )
    assert servers.finding("Elements").message == "The page has 2 of the elements."


@pytest.mark.parametrize(
    ("slug", "state"), [("claims", State.OK), ("claim", State.CHANGE), ("billing", State.CHANGE)]
)
def test_an_element_names_a_box_that_is_shown_there(servers, listed, claims, billing, slug, state):
    type(listed).objects.update(shows_all=False)
    listed.secureboxes.add(claims)
    servers.website_answers(f'<secure-inbox securebox="{slug}">')
    assert servers.finding("Elements").state == state
    assert state == State.OK or "Name one of those that are: claims." in servers.finding("Elements").fix


@pytest.mark.parametrize(
    "piece", ["<a ", "<", "<!--", "<![", "<a b='", "<a b=\"<a b='", "<a\0", "<script>", "</", "&"]
)
def test_a_page_made_to_be_slow_is_read_in_time(piece):
    started = time.monotonic()
    markup.parse(piece * (128 * 1024 // len(piece)), "https://www.company.example/")
    assert time.monotonic() - started < 5


# --- The Content Security Policy ---


@pytest.mark.parametrize(
    "rule",
    [
        "script-src 'self' {portal}; frame-src {portal}",
        "default-src 'none'; script-src {portal}; child-src {portal}",
        "default-src 'self' {portal}",
        "default-src *",
        "script-src http:; frame-src http:",
        "script-src-elem {portal}; script-src 'none'; frame-src {portal}",
        "script-src {portal}/embed/; frame-src {portal}/embed/in/",
        "img-src 'none'; require-trusted-types-for 'script'",
        "script-src 'nonce-abc' {portal}; frame-src {portal}",
    ],
)
def test_a_policy_that_allows_the_portal_is_right(servers, rule):
    with_policy(servers, rule)
    assert servers.finding("Script rule").state == servers.finding("Frames").state == State.OK


@pytest.mark.parametrize(
    ("rule", "fix"),
    [
        ("script-src 'self'", "Add this source to its script-src:"),
        ("script-src 'none'", "In its script-src, write this source in the place of 'none':"),
        ("script-src-elem 'self'", "Add this source to its script-src-elem:"),
        ("script-src", "Add this source to its script-src:"),
        ("script-src {portal}/embed", "Add this source to its script-src:"),
        ("script-src https:", "Add this source to its script-src:"),
        ("script-src 'nonce-abc' 'unsafe-inline'", "Add this source to its script-src:"),
        (
            "default-src 'self'; frame-src *",
            fallback("script-src", "default-src"),
        ),
        (
            "default-src 'none'; frame-src *",
            "It has no script-src, so default-src decides. Add a script-src with this source:",
        ),
    ],
)
def test_a_policy_that_does_not_allow_the_script_is_told_with_what_to_add(servers, rule, fix):
    with_policy(servers, rule)
    finding = servers.finding("Script rule")
    assert (finding.state, finding.fix, finding.snippet) == (State.CHANGE, fix, servers.portal_origin)
    assert servers.finding("Frames").state == State.OK


@pytest.mark.parametrize(
    ("rule", "fix"),
    [
        ("frame-src 'self'", "Add this source to its frame-src:"),
        ("frame-src 'none'", "In its frame-src, write this source in the place of 'none':"),
        ("frame-src {portal}/embed/in/x/", "Add this source to its frame-src:"),
        (
            "child-src 'self'",
            fallback("frame-src", "child-src"),
        ),
        (
            "default-src 'none'; script-src *",
            "It has no frame-src, so default-src decides. Add a frame-src with this source:",
        ),
    ],
)
def test_a_policy_that_does_not_allow_the_frames_is_told_with_what_to_add(servers, rule, fix):
    with_policy(servers, rule)
    finding = servers.finding("Frames")
    assert (finding.state, finding.fix, finding.snippet) == (State.CHANGE, fix, servers.portal_origin)


def test_each_policy_must_allow_it_and_each_is_named(servers):
    meta = '<meta http-equiv="Content-Security-Policy" content="script-src \'self\'">'
    servers.website_answers(
        meta + servers.page, f"{CSP}: script-src *, script-src 'none'", f"{CSP}: img-src *; script-src data:"
    )
    places = [finding.message for finding in servers.findings("Script rule")]
    assert len(places) == 3 and sum("in a <meta> tag" in place for place in places) == 1


def test_a_policy_that_only_reports_counts_for_nothing(servers):
    servers.website_answers(None, f"{CSP}-Report-Only: default-src 'none'")
    assert servers.finding("Script rule").state == servers.finding("Frames").state == State.OK


STRICT = f"{CSP}: script-src 'nonce-abc' 'strict-dynamic' *"


def test_under_strict_dynamic_an_address_counts_for_nothing(servers):
    servers.website_answers(None, STRICT)
    finding = servers.finding("Script rule")
    assert (finding.state, finding.snippet) == (State.CHANGE, 'nonce="..."')


def test_under_strict_dynamic_a_tag_with_the_nonce_is_right(servers):
    servers.website_answers(servers.page.replace("type=", 'nonce="abc" type='), STRICT)
    assert servers.finding("Script rule").state == State.OK
    servers.website_answers(servers.page.replace("type=", 'nonce="of-yesterday" type='), STRICT)
    assert servers.finding("Script rule").state == State.CHANGE


def test_under_strict_dynamic_another_script_may_add_it(servers):
    servers.website_answers("<secure-inbox></secure-inbox>", STRICT)
    assert servers.finding("Script rule").state == State.UNKNOWN


@pytest.mark.parametrize(
    ("rule", "missing"),
    [
        ("sandbox", "allow-scripts allow-same-origin allow-forms allow-popups"),
        ("sandbox allow-scripts allow-forms", "allow-same-origin allow-popups"),
        ("sandbox Allow-Scripts allow-forms allow-same-origin allow-popups", ""),
    ],
)
def test_a_sandbox_must_leave_what_the_frame_needs(servers, rule, missing):
    with_policy(servers, rule)
    assert servers.finding("Sandbox").snippet == missing


def test_a_sandbox_in_a_meta_tag_is_none(servers):
    servers.website_answers(f'<meta http-equiv="content-security-policy" content="sandbox">{servers.page}')
    assert not servers.findings("Sandbox")


# --- Other headers ---


@pytest.mark.parametrize(
    ("value", "state"),
    [
        ("require-corp", State.CHANGE),
        ('credentialless; report-to="x"', State.CHANGE),
        ("unsafe-none", State.OK),
        ("nonsense", State.OK),
    ],
)
def test_a_page_that_isolates_itself_shows_no_frames(servers, value, state):
    servers.website_answers(None, f"Cross-Origin-Embedder-Policy: {value}")
    assert servers.finding("Isolation").state == state


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("publickey-credentials-get=()", "cannot sign in with a passkey"),
        ("camera=(), publickey-credentials-get=(self)", "cannot sign in with a passkey"),
        ("publickey-credentials-get=*", "allows passkeys"),
        ('publickey-credentials-get=(self "{portal}"), camera=()', "allows passkeys"),
    ],
)
def test_passkeys_are_a_hint_and_no_fault(servers, listed, value, told):
    servers.website_answers(None, f"Permissions-Policy: {value.format(portal=servers.portal_origin)}")
    finding = servers.finding("Passkeys")
    assert finding.state == State.OK and told in finding.message


def test_without_a_rule_on_passkeys_nothing_is_said_of_them(servers, listed):
    servers.website_answers(None, "Permissions-Policy: camera=()")
    assert not servers.findings("Passkeys")
