"""The embed doctor: checks a page of a company's website, and reports what of embedding works there and what to change.

The admin's page (`portal.embed.admin`) and `manage.py check_embed` show the same report.

- `diagnosis` runs the checks in order: `diagnose(url, token)` is all that callers need.
- The checks, each with a `check` that yields findings: `listing` (may the website show the portal?),
  `portal_responses` (what the portal sends to its frames), `host_page` (the website's page itself), `sign_in`
  (cookies, the company's keys, a sample token).
- What they use: `addresses` (what may be connected to), `fetching` (one HTTP request within limits), `markup` (the
  page's HTML), `csp` (what a Content Security Policy allows).
"""

from portal.embed.doctor.diagnosis import diagnose
from portal.findings import Finding, Report, State

__all__ = ["Finding", "Report", "State", "diagnose"]
