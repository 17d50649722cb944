"""What a page of the company's website says: its script tag, its elements, its policies and other headers."""

import time

import pytest

from portal.embed.doctor import State, markup

CSP = "Content-Security-Policy"


def fallback(own, deciding, *, carried=True):
    """What is told where a directive decides that is not the one to add to."""
    allowed = f" what {deciding} allows, and" if carried else ""
    return f"It has no {own}, so {deciding} decides. Add a {own} with{allowed} this source:"


def with_rule(stage, rule):
    stage.show(None, f"{CSP}: {rule.format(portal=stage.portal_origin)}")


# --- The script and the elements ---


def test_nothing_has_to_be_changed_on_a_page_that_is_right(stage, listed):
    report = stage.examine()
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
def test_a_tag_that_is_not_right_is_told_with_the_line_to_paste(stage, tag, told):
    stage.show(tag.format(portal=stage.portal_origin, line=stage.line))
    finding = stage.one("Script")
    assert finding.state != State.OK and told in finding.what and finding.write == stage.line


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
def test_a_tag_may_be_written_in_many_ways(stage, tag):
    stage.show(tag.format(portal=stage.portal_origin))
    assert stage.one("Script").state == State.OK


def test_elements_that_are_not_there_may_come_later(stage):
    stage.show(stage.line)
    assert stage.one("Elements").state == State.UNKNOWN
    stage.show("<secure-inbox-launcher></secure-inbox-launcher><secure-inbox-badge></secure-inbox-badge>")
    assert stage.one("Elements").what == "The page has 2 of the elements."


@pytest.mark.parametrize(
    ("slug", "state"), [("claims", State.OK), ("claim", State.CHANGE), ("billing", State.CHANGE)]
)
def test_an_element_names_a_box_that_is_shown_there(stage, listed, claims, billing, slug, state):
    type(listed).objects.update(shows_all=False)
    listed.secureboxes.add(claims)
    stage.show(f'<secure-inbox securebox="{slug}">')
    assert stage.one("Elements").state == state
    assert state == State.OK or "Name one of those that are: claims." in stage.one("Elements").mend


@pytest.mark.parametrize(
    "piece", ["<a ", "<", "<!--", "<![", "<a b='", "<a b=\"<a b='", "<a\0", "<script>", "</", "&"]
)
def test_a_page_made_to_be_slow_is_read_in_time(piece):
    started = time.monotonic()
    markup.read(piece * (128 * 1024 // len(piece)), "https://www.company.example/")
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
def test_a_policy_that_allows_the_portal_is_right(stage, rule):
    with_rule(stage, rule)
    assert stage.one("Script rule").state == stage.one("Frames").state == State.OK


@pytest.mark.parametrize(
    ("rule", "mend"),
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
def test_a_policy_that_does_not_allow_the_script_is_told_with_what_to_add(stage, rule, mend):
    with_rule(stage, rule)
    finding = stage.one("Script rule")
    assert (finding.state, finding.mend, finding.write) == (State.CHANGE, mend, stage.portal_origin)
    assert stage.one("Frames").state == State.OK


@pytest.mark.parametrize(
    ("rule", "mend"),
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
def test_a_policy_that_does_not_allow_the_frames_is_told_with_what_to_add(stage, rule, mend):
    with_rule(stage, rule)
    finding = stage.one("Frames")
    assert (finding.state, finding.mend, finding.write) == (State.CHANGE, mend, stage.portal_origin)


def test_each_policy_must_allow_it_and_each_is_named(stage):
    meta = '<meta http-equiv="Content-Security-Policy" content="script-src \'self\'">'
    stage.show(
        meta + stage.page, f"{CSP}: script-src *, script-src 'none'", f"{CSP}: img-src *; script-src data:"
    )
    places = [finding.what for finding in stage.found("Script rule")]
    assert len(places) == 3 and sum("in a <meta> tag" in place for place in places) == 1


def test_a_policy_that_only_reports_counts_for_nothing(stage):
    stage.show(None, f"{CSP}-Report-Only: default-src 'none'")
    assert stage.one("Script rule").state == stage.one("Frames").state == State.OK


STRICT = f"{CSP}: script-src 'nonce-abc' 'strict-dynamic' *"


def test_under_strict_dynamic_an_address_counts_for_nothing(stage):
    stage.show(None, STRICT)
    finding = stage.one("Script rule")
    assert (finding.state, finding.write) == (State.CHANGE, 'nonce="..."')


def test_under_strict_dynamic_a_tag_with_the_nonce_is_right(stage):
    stage.show(stage.page.replace("type=", 'nonce="abc" type='), STRICT)
    assert stage.one("Script rule").state == State.OK
    stage.show(stage.page.replace("type=", 'nonce="of-yesterday" type='), STRICT)
    assert stage.one("Script rule").state == State.CHANGE


def test_under_strict_dynamic_another_script_may_add_it(stage):
    stage.show("<secure-inbox></secure-inbox>", STRICT)
    assert stage.one("Script rule").state == State.UNKNOWN


@pytest.mark.parametrize(
    ("rule", "missing"),
    [
        ("sandbox", "allow-scripts allow-same-origin allow-forms allow-popups"),
        ("sandbox allow-scripts allow-forms", "allow-same-origin allow-popups"),
        ("sandbox Allow-Scripts allow-forms allow-same-origin allow-popups", ""),
    ],
)
def test_a_sandbox_must_leave_what_the_frame_needs(stage, rule, missing):
    with_rule(stage, rule)
    assert stage.one("Sandbox").write == missing


def test_a_sandbox_in_a_meta_tag_is_none(stage):
    stage.show(f'<meta http-equiv="content-security-policy" content="sandbox">{stage.page}')
    assert not stage.found("Sandbox")


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
def test_a_page_that_isolates_itself_shows_no_frames(stage, value, state):
    stage.show(None, f"Cross-Origin-Embedder-Policy: {value}")
    assert stage.one("Isolation").state == state


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("publickey-credentials-get=()", "cannot sign in with a passkey"),
        ("camera=(), publickey-credentials-get=(self)", "cannot sign in with a passkey"),
        ("publickey-credentials-get=*", "allows passkeys"),
        ('publickey-credentials-get=(self "{portal}"), camera=()', "allows passkeys"),
    ],
)
def test_passkeys_are_a_hint_and_no_fault(stage, listed, value, told):
    stage.show(None, f"Permissions-Policy: {value.format(portal=stage.portal_origin)}")
    finding = stage.one("Passkeys")
    assert finding.state == State.OK and told in finding.what


def test_without_a_rule_on_passkeys_nothing_is_said_of_them(stage, listed):
    stage.show(None, "Permissions-Policy: camera=()")
    assert not stage.found("Passkeys")
