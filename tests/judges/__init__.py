"""Other people's scanners and rules, run against a portal as a company runs it: `make judges`.

    deploy       Django's `check --deploy` on a production's settings: silent
    csp          Google's CSP Evaluator on every distinct policy that the portal sends
    observatory  the rules of MDN's HTTP Observatory: A+
    tls          what a scanner of TLS looks for, at the proxy of deploy/nginx/portal.conf
    endpoints    schemathesis, on what the portal's own scripts ask for
    wapiti       a scanner for holes, signed in
    nu           the W3C's checker of HTML, on every page and state that consumers see
    axe          axe on all of these, on a phone and on a desk, in both colour schemes
    lighthouse   Google's Lighthouse on five of them

`front` starts the portal behind nginx with TLS, everything on this machine. `states` has the pages and states that
the last three look at: a new page gets its line there. What the judges need is installed apart
from the project's own requirements, into var/judges: see requirements/judges.in and package.json here.
"""
