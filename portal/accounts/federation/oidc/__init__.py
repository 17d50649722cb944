"""Company single sign-on: consumers come with an account at the company's own OpenID Connect provider.

`views` sends people there and takes them back, `discovery` reads the provider's own document, and `id_token` decides
whether an answer is the provider's. Whose account it opens is decided in `portal.accounts.federation`.
"""

from portal.accounts.federation.oidc.logout import sign_out_url, token

__all__ = ["sign_out_url", "token"]
