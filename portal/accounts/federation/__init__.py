"""What the company vouches for: who its customers are.

Two ways in rest on its word, single sign-on (`oidc`) and the hand-off from its website (`handoff`).
Here is what they share: how its keys are fetched, what a token may say of a person, and whose account that opens.
"""
