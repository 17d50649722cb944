"""Single sign-on with the company's OpenID Connect provider (authorization code flow).

From the button to the session:

    views      `login` redirects to the provider, `callback` handles its answer
    discovery  the provider's endpoints, from its published metadata
    id_token   exchanges the code for an ID token and verifies it

Then `portal.accounts.federation.linking` finds the account. `logout` signs out at the provider too.
"""
