"""Other people's scanners and rules, run against a portal as a company runs it: `make judges`.

    deploy       Django's `check --deploy` on a production's settings: silent
    csp          Google's CSP Evaluator on every distinct policy that the portal sends
    observatory  the rules of MDN's HTTP Observatory: A+
    tls          what a scanner of TLS looks for, at the proxy of deploy/nginx/portal.conf
    endpoints    schemathesis, on what the portal's own scripts ask for
    wapiti       a scanner for holes, signed in

`front` starts the portal behind nginx with TLS, everything on this machine. What the judges need is installed apart
from the project's own requirements, into var/judges: see requirements/judges.in and package.json here.
"""
