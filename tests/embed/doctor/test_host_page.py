"""The checks of the website's own page: its script tag, elements, policies and other headers."""

import time

import pytest

from portal.embed.doctor import State, markup
from tests.embed.doctor.servers import text_of

CSP = "Content-Security-Policy"


def fallback(own, deciding):
    """The fix if the policy lacks the specific directive `own`, and so `deciding` decides."""
    return (
        f"It has no {own}, so {deciding} decides. Add a {own} with what {deciding} allows, and this source:"
    )


def with_policy(servers, rule):
    servers.website_answers(None, f"{CSP}: {rule.format(portal=servers.portal_origin)}")


# --- The script and the elements ---


def test_a_correct_page_has_only_ok_findings(servers, listed):
    report = servers.diagnose()
    assert {finding.state for finding in report.findings} == {State.OK} and report.failures == 0


@pytest.mark.parametrize(
    ("tag", "expected"),
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
def test_a_wrong_script_tag_is_reported_with_the_line_to_paste(servers, tag, expected):
    servers.website_answers(tag.format(portal=servers.portal_origin, line=servers.script_tag))
    finding = servers.finding("Script")
    assert finding.state != State.OK and expected in finding.message and finding.snippet == servers.script_tag


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
def test_every_valid_way_to_write_the_script_tag_is_accepted(servers, tag):
    servers.website_answers(tag.format(portal=servers.portal_origin))
    assert servers.finding("Script").state == State.OK


def test_missing_elements_are_unknown_and_present_ones_are_counted(servers):
    servers.website_answers(servers.script_tag)
    assert servers.finding("Elements").state == State.UNKNOWN
    servers.website_answers(
        "<secure-inbox-launcher></secure-inbox-launcher><secure-inbox-badge></secure-inbox-badge>"
    )
    assert servers.finding("Elements").message == "The page has 2 of the elements."


@pytest.mark.parametrize(
    ("slug", "state"), [("claims", State.OK), ("claim", State.FAILURE), ("billing", State.FAILURE)]
)
def test_an_element_has_to_name_a_securebox_that_the_website_shows(
    servers, listed, claims, billing, slug, state
):
    type(listed).objects.update(shows_all=False)
    listed.secureboxes.add(claims)
    servers.website_answers(f'<secure-inbox securebox="{slug}">')
    assert servers.finding("Elements").state == state
    assert state == State.OK or "Name one of those that are: claims." in servers.finding("Elements").fix


@pytest.mark.parametrize(
    "piece", ["<a ", "<", "<!--", "<![", "<a b='", "<a b=\"<a b='", "<a\0", "<script>", "</", "&"]
)
def test_hostile_markup_is_parsed_in_time(piece):
    started = time.thread_time()  # Of the processor, so that a busy machine changes nothing.
    markup.parse(piece * (128 * 1024 // len(piece)), "https://www.company.example/")
    assert time.thread_time() - started < 5


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
def test_a_policy_that_allows_the_portal_is_ok(servers, rule):
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
def test_a_policy_that_blocks_the_script_is_reported_with_the_source_to_add(servers, rule, fix):
    with_policy(servers, rule)
    finding = servers.finding("Script rule")
    assert (finding.state, finding.fix, finding.snippet) == (State.FAILURE, fix, servers.portal_origin)
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
def test_a_policy_that_blocks_the_frames_is_reported_with_the_source_to_add(servers, rule, fix):
    with_policy(servers, rule)
    finding = servers.finding("Frames")
    assert (finding.state, finding.fix, finding.snippet) == (State.FAILURE, fix, servers.portal_origin)


def test_each_of_several_policies_that_block_is_reported(servers):
    meta = '<meta http-equiv="Content-Security-Policy" content="script-src \'self\'">'
    servers.website_answers(
        meta + servers.page, f"{CSP}: script-src *, script-src 'none'", f"{CSP}: img-src *; script-src data:"
    )
    places = [finding.message for finding in servers.findings("Script rule")]
    assert len(places) == 3 and sum("in a <meta> tag" in place for place in places) == 1


def test_a_report_only_policy_is_ignored(servers):
    servers.website_answers(None, f"{CSP}-Report-Only: default-src 'none'")
    assert servers.finding("Script rule").state == servers.finding("Frames").state == State.OK


STRICT = f"{CSP}: script-src 'nonce-abc' 'strict-dynamic' *"


def test_under_strict_dynamic_a_host_source_is_ignored(servers):
    servers.website_answers(None, STRICT)
    finding = servers.finding("Script rule")
    assert (finding.state, finding.snippet) == (State.FAILURE, 'nonce="..."')


def test_under_strict_dynamic_the_tag_needs_the_nonce(servers):
    servers.website_answers(servers.page.replace("type=", 'nonce="abc" type='), STRICT)
    assert servers.finding("Script rule").state == State.OK
    servers.website_answers(servers.page.replace("type=", 'nonce="of-yesterday" type='), STRICT)
    assert servers.finding("Script rule").state == State.FAILURE


def test_under_strict_dynamic_a_page_without_the_tag_is_unknown(servers):
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
def test_the_sandbox_tokens_that_the_frame_needs_are_reported(servers, rule, missing):
    with_policy(servers, rule)
    assert servers.finding("Sandbox").snippet == missing


def test_a_sandbox_directive_in_a_meta_tag_is_ignored(servers):
    servers.website_answers(f'<meta http-equiv="content-security-policy" content="sandbox">{servers.page}')
    assert not servers.findings("Sandbox")


# --- Other headers ---


@pytest.mark.parametrize(
    "value", ["require-corp", 'credentialless; report-to="x"', "unsafe-none", "nonsense"]
)
def test_a_cross_origin_embedder_policy_is_no_problem(servers, listed, value):
    before = text_of(servers.diagnose())
    servers.website_answers(None, f"Cross-Origin-Embedder-Policy: {value}")
    assert text_of(servers.diagnose()) == before


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("publickey-credentials-get=()", "cannot sign in with a passkey"),
        ("camera=(), publickey-credentials-get=(self)", "cannot sign in with a passkey"),
        ("publickey-credentials-get=*", "allows passkeys"),
        ('publickey-credentials-get=(self "{portal}"), camera=()', "allows passkeys"),
    ],
)
def test_blocked_passkeys_are_a_hint_and_not_a_change(servers, listed, value, expected):
    servers.website_answers(None, f"Permissions-Policy: {value.format(portal=servers.portal_origin)}")
    finding = servers.finding("Passkeys")
    assert finding.state == State.OK and expected in finding.message


def test_without_a_permissions_policy_on_passkeys_there_is_no_finding(servers, listed):
    servers.website_answers(None, "Permissions-Policy: camera=()")
    assert not servers.findings("Passkeys")
