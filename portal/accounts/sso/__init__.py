"""Company single sign-on: consumers come with an account at the company's own OpenID Connect provider.

`views` is the way there and back, `provider` knows where to ask, and `tokens` decides whether an answer of the
provider is one. Whose account it opens is decided in `portal.accounts.vouching`.
"""

from portal.accounts.sso.sign_out import sign_out_url, token

__all__ = ["sign_out_url", "token"]
