"""The hand-off: a customer who is signed in on the company's website is signed in here, on its server's word.

That word is a signed token (RFC 7519) that lives for a minute and is good once. `tokens` checks it,
by the rules in `claims` and with the `keys` of the company; `replay` keeps it from being used again; `login`
opens the session, and `logout` ends one. `window_code` carries a consumer into a window of their own.
"""
