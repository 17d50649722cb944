"""Single sign-on with the company's OpenID Connect provider (authorization code flow).

From the button to the session:

    views      `login` redirects to the provider, `callback` handles its answer
    discovery  the provider's endpoints, from its published metadata
    id_token   exchanges the code for an ID token and verifies it

Then `portal.accounts.federation.linking` finds the account. `logout` signs out at the provider too.

PyJWT verifies signatures and most claims. Authlib (1.9) would not replace the rest: it reads answers of any size,
follows redirects, does not check the metadata's issuer and addresses, fetches keys again for each unknown one, and only
warns of short RSA keys. Nor would PyJWT's client of key sets: it does not limit the size of an answer or its whole
time, and takes no token without a key id.
"""
