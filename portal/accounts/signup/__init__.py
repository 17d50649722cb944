"""Where accounts come from: `self_service` (the sign-up form), `invitations`, and `bulk` (invitations from a file).

Accounts also come from the company's word: see `portal.accounts.federation`.
"""
