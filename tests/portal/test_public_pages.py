"""Pages require a sign-in unless they are listed here, with a reason."""

from django.urls import get_resolver

from tests.support.url_patterns import url_patterns

PUBLIC = {
    "unread.json": "answers 401 by itself: a script must not be led to the sign-in page",
    "inbox/<slug:slug>/compose/": "keeps a text that is posted after the session has ended; shows and sends nothing",
    "inbox/<slug:slug>/compose/draft/": "the same, while the user types",
    "outgoing/<uuid:nonce>/state.json": "answers 401 by itself, as unread.json",
    "inbox/<slug:slug>/save/state.json": "answers 401 by itself, as unread.json",
    "manifest.webmanifest": "browsers ask for it without cookies; it holds the company's name and colour",
    ".well-known/security.txt": "whom to tell about a vulnerability: whoever found one may have no account",
    "admin/login/": "the admin's sign-in",
    "admin/logout/": "redirects a signed-out browser",
    "accounts/login/": "signing in",
    "embed/connect/": "the hidden page of a frame, where a hand-off begins; it holds nothing",
    "embed/state.json": "answers whether a user is signed in",
    "embed/hand-off/": "signing in with the company's token; it answers frames alone",
    "embed/window/": "answers 401 by itself, or takes the company's token; it answers frames alone",
    "embed/app/<str:site>/": "signing in with the company's token, in the web view of its app",
    "embed/continue/<str:code>/": "signing in with a one-time code, in a window of its own",
    "accounts/company/": "signing in with the company's provider",
    "accounts/company/callback/": "coming back from it; it answers only a browser that was sent there",
    "accounts/company/cancelled/": "the same, without having signed in",
    "accounts/login/code/": "signing in with a code",
    "accounts/login/code/confirm/": "signing in; it answers only a browser that asked for a code",
    "accounts/2fa/authenticate/": "the second step of signing in; it answers only after the first",
    "accounts/2fa/webauthn/login/": "signing in with a passkey",
    "accounts/session.json": "tells a script that the session has ended, without an error",
    "accounts/session/extend/": "the same",
    "accounts/logout/": "redirects a signed-out browser",
    "accounts/signup/": "signing up, or saying that accounts come from the company",
    "accounts/invitation/<str:token>/": "opening an account with the token that was mailed",
    "accounts/confirm-email/": "entering the code that proves an address, before the first sign-in",
    "accounts/inactive/": "says that an account is disabled",
    "accounts/password/reset/": "a forgotten password",
    "accounts/password/reset/confirm/": "a forgotten password",
    "accounts/password/reset/complete/": "a forgotten password",
    "accounts/password/reset/done/": "a forgotten password",
}


def test_only_the_listed_pages_are_public():
    public = {
        route for route, view in url_patterns(get_resolver()) if not getattr(view, "login_required", True)
    }
    assert public == set(PUBLIC)
