"""Company single sign-on: consumers come with an account at the company's own OpenID Connect provider.

`views` is the way there and back, `tokens` decides whether an answer of the provider is one, and `linking` decides
whose account it opens. All that is asked of the provider goes through `provider`.
"""

from portal.accounts.sso.sign_out import sign_out_url, token

__all__ = ["sign_out_url", "token"]
