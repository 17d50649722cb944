"""The doctor of the connection to the Secure Email API: asks the API, and reports what works and what has to be mended.

The admin's page (`inbox.admin`) and `manage.py check_securemail` show the same report. `diagnose(address,
find_box(name))` is all that they need. `reach(box)` is for the doctor of the whole installation, which has no
consumer's address.

- `calls` makes the calls, each of which only reads, and keeps what they brought.
- `report`: findings, each with what to do about it, and tables.
- The checks, each with a `check` that yields findings: `failures` (calls that failed), `contact` (is the address
  known?), `missing` (fields that customers would miss), `hidden` (messages that name another address or box), `listing`
  (order, pages, numbers), `server` (its clock and its times).
- `setup`: what is set, and lines that would change it. `boxes` looks a securebox up.
- `mapping`: tables of which key each field was taken from.

A report holds names and types of fields, never their values; but it may repeat what the API says about a failure.
"""

from inbox.diagnosis.boxes import find_box
from inbox.diagnosis.calls import MAX_CALLS
from inbox.diagnosis.diagnosis import diagnose, reach
from inbox.diagnosis.report import Report, Table
from inbox.diagnosis.setup import Box
from portal.findings import Finding, State

__all__ = ["MAX_CALLS", "Box", "Finding", "Report", "State", "Table", "diagnose", "find_box", "reach"]
