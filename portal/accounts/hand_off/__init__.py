"""The hand-off: a customer who is signed in on the company's website is signed in here, on its server's word.

That word is a signed token (RFC 7519) that lives for a minute and is good once. `tokens` decides whether it is one,
by the `rules` for what it says and the `keys` of the company; `spending` keeps it from being used again; `entering`
opens the session, and `leaving` ends one. `codes` carry a consumer on into a window of its own.
"""
