"""Signing in, around django-allauth's flows.

- rate_limits, mailed_codes: how often passwords and codes may be tried, and mailed. With `device_cookies`, strangers
  cannot lock owners out
- mfa: second steps, who has one and who needs one
- reauthentication: confirming one's identity again before changes to the account
- stale_flows: unfinished flows end when their account changes
- redirects: to the sign-in page and back
"""
