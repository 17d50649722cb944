"""Two instances of the portal behind nginx, with one PostgreSQL and one Redis: what must hold for both together.

`cluster` starts all of it, with the proxy's very file of `deploy/nginx`; `visitor` is a consumer's browser. Everything
is a process of its own, which tests can stop, kill and start again.
"""
