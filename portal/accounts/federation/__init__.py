"""Federated sign-in: customers who sign in because the company vouches for them.

There are two ways. Single sign-on (`oidc`): the customer has an account at the company's OpenID Connect provider.
Hand-off (`handoff`): the customer is signed in on the company's website, and its server signs a token about them.
Each package's docstring follows a request from the first view to the session.

Both use the modules in this package:

    http      calls to the company's servers, bounded in time and size
    jwks      the public keys that those servers publish
    identity  what the claims of a token say about a person
    linking   the account that this identity opens: an existing one, or a new one
    errors    every reason why a sign-in fails, with its page text, and its line in the activity log
"""
