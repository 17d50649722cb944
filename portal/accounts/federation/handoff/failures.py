"""Why a token opens nothing, named by who has to do what next. The texts are for operators and hold no secret."""

from portal.accounts.federation.errors import SignInFailed


class AskAgain(SignInFailed):
    """The token is too old, or was used: the company's server makes a new one for each page."""


class MendToken(SignInFailed):
    """What the token says is not what it must say: for whoever runs the company's server."""


class MendKey(SignInFailed):
    """It is signed with no key that is known here, or not by that key's algorithm: the two sides compare their keys."""
