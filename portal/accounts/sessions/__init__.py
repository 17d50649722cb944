"""Sessions: how long they last, what ends them, and where they are used.

    lifetime        the idle limit and the absolute limit; `store` (SESSION_ENGINE) writes the earlier into the row
    revoke          ends a user's sessions, as after a new password
    child_sessions  windows opened from a frame end with the frame's session
    devices         "Your devices": the browsers in which a user is signed in, described by `client_info`

A page learns that its session has ended from `portal.accounts.views.session`, which `static/js/session/` asks. The next
page that the user opens is the sign-in page, which says so: `portal.accounts.middleware` keeps the cookie until then.
"""
