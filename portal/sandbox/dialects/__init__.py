"""Dialects: what another Secure Email API may do differently, to be switched on one by one.

The API's reference leaves much open, and what stands in front of a real API changes more. `table` names each dialect,
with a sentence about it: the command, the control endpoint and the documentation take theirs from there. `mails` has
the functions that change a message, `values` how a value such as the 5 of `cap=5` is written, `active` what is
switched on.
"""
