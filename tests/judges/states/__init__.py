"""Every page that consumers see, in each of its states: `python -m tests.judges.states` prints them as JSON.

It runs with the portal's environment and asks through Django's test client, which comes to pages that a browser could
not reach without mail or an outage. A new page or state gets its line in `accounts`, `inbox` or `failures`. `scene` has
the people who look at them.
"""
