"""The hand-off: a customer of the company's website is signed in to the portal by the word of the website's server.

That server signs a token (a JSON Web Token, RFC 7519) that is valid for a minute and can be used once. From the token
to the session:

    portal.embed.views.hand_off   the view to which the frame posts the token
    login                         verify, use up, find the account, sign in; the same for a new window's code
    tokens                        verification, with `keys` (the company's public keys) and `claims` (one rule each)
    replay                        the database of used tokens

The other modules: `logout` ends a session when the website says so or a token is refused, `window_code` carries a
customer from the frame to a window of its own, `inspection` explains a token to an operator, and `key_validation`
checks the keys that operators enter.
"""
