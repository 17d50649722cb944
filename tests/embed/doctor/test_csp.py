"""What a Content Security Policy allows, by the rules of CSP level 3 and the samples that browsers are tested with."""

import pytest

from portal.embed.doctor import csp

PAGE = "https://www.company.example"
SCRIPT = "https://portal.example/embed/v1.js"


@pytest.mark.parametrize(
    ("source", "url"),
    [
        ("*", SCRIPT),
        ("https:", SCRIPT),
        ("HTTPS:", SCRIPT),
        ("http:", SCRIPT),
        ("portal.example", SCRIPT),
        ("PORTAL.example", SCRIPT),
        ("https://portal.example", SCRIPT),
        ("http://portal.example", SCRIPT),
        ("https://portal.example/", SCRIPT),
        ("https://portal.example:443", SCRIPT),
        ("https://portal.example:*", "https://portal.example:8443/embed/v1.js"),
        ("portal.example:8443", "https://portal.example:8443/embed/v1.js"),
        ("https://*", SCRIPT),
        ("*.example", SCRIPT),
        ("https://*.company.example", "https://mail.service.company.example/"),
        ("https://portal.example/embed/", SCRIPT),
        ("https://portal.example/embed/v1.js", SCRIPT),
        ("https://portal.example/%65mbed/v1.js", SCRIPT),
        ("'self'", f"{PAGE}/x"),
        ("'SELF'", f"{PAGE}:443/x"),
    ],
)
def test_a_source_matches(source, url):
    assert csp.allows((source,), url, PAGE)


@pytest.mark.parametrize(
    ("source", "url"),
    [
        ("'none'", SCRIPT),
        ("'self'", SCRIPT),
        ("'self'", f"{PAGE}:8443/x"),
        ("'unsafe-inline'", SCRIPT),
        ("'nonce-abc'", SCRIPT),
        ("data:", SCRIPT),
        ("ws:", "data:x"),
        ("http://portal.example:8000", SCRIPT),
        ("example", SCRIPT),
        ("www.portal.example", SCRIPT),
        ("*.portal.example", SCRIPT),
        ("portal.example.evil.example", SCRIPT),
        ("portal.example", "https://evil-portal.example/"),
        ("portal.example", "https://portal.example:8443/"),
        ("portal.example:8443", SCRIPT),
        ("portal.example", "http://portal.example/"),
        ("https://portal.example", "http://portal.example/"),
        ("https://portal.example/embed", SCRIPT),
        ("https://portal.example/embed/v1.js/", SCRIPT),
        ("https://portal.example/embed/v1.js/more", SCRIPT),
        ("https://portal.example/Embed/", SCRIPT),
        ("https://", SCRIPT),
        ("por*.example", SCRIPT),
    ],
)
def test_a_source_does_not_match(source, url):
    assert not csp.allows((source,), url, PAGE)


def test_on_a_page_without_tls_a_source_without_a_scheme_matches_http_and_https():
    assert csp.allows(("portal.example",), "http://portal.example/", "http://localhost")
    assert csp.allows(("'self'",), "https://localhost/", "http://localhost")


def test_directives_are_parsed_as_browsers_do():
    (policy,) = csp.parse(" Script-SRC  'self'\thttps://a.example ;; img-src;script-src *; ", "here")
    assert policy.directives == {"script-src": ("'self'", "https://a.example"), "img-src": ()}


def test_commas_separate_the_policies_of_a_header():
    found = csp.parse("default-src 'self', script-src *,, ;", "here")
    assert [list(policy.directives) for policy in found] == [["default-src"], ["script-src"]]


@pytest.mark.parametrize(
    ("text", "names", "deciding"),
    [
        ("script-src-elem x; script-src y; default-src z", csp.SCRIPT_DIRECTIVES, "script-src-elem"),
        ("script-src y; default-src z", csp.SCRIPT_DIRECTIVES, "script-src"),
        ("script-src-attr y; default-src z", csp.SCRIPT_DIRECTIVES, "default-src"),
        ("frame-src x; child-src y; default-src z", csp.FRAME_DIRECTIVES, "frame-src"),
        ("child-src y; default-src z", csp.FRAME_DIRECTIVES, "child-src"),
        ("default-src z", csp.FRAME_DIRECTIVES, "default-src"),
        ("img-src z", csp.FRAME_DIRECTIVES, ""),
    ],
)
def test_the_first_directive_that_the_policy_has_is_effective(text, names, deciding):
    (policy,) = csp.parse(text, "here")
    assert policy.effective_directive(names) == deciding
    assert policy.allows(names, SCRIPT, PAGE) is (deciding == "")


@pytest.mark.parametrize(
    ("sources", "nonce", "integrity", "allowed"),
    [
        (("'nonce-abc'",), "abc", "", True),
        (("'nonce-abc'",), "ABC", "", False),
        (("'nonce-abc'",), "", "", False),
        (("'nonce-'",), "", "", False),
        (("'sha256-a='",), "", "sha256-a=", True),
        (("'sha256-a='", "'sha384-b='"), "", "sha256-a= sha384-b=", True),
        (("'sha256-a='",), "", "sha256-a= sha384-b=", False),
        (("'self'",), "", "", False),
    ],
)
def test_a_tag_is_allowed_by_its_nonce_or_hash(sources, nonce, integrity, allowed):
    assert csp.allows_tag(sources, csp.ScriptTag(nonce, integrity)) is allowed
