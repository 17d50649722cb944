"""What the company vouches for: who its customers are.

Two ways in rest on its word, single sign-on (`portal.accounts.sso`) and the hand-off (`portal.accounts.hand_off`).
Here is what they share: how its keys are fetched, what a token may say of a person, and whose account that opens.
"""
