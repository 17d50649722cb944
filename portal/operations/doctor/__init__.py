"""The doctor of the whole installation: examines everything that the portal needs, and says what to do where it fails.

`manage.py doctor` and a page of the admin show the same report. `examine()` is all that they need.

- `examination`: runs all examinations at the same time, each within its deadline, so that there is a report within
  seconds even if nothing answers.
- `examinations`: the list of them.
- The examinations, each a function that yields findings: `settings_checks`, `database`, `redis_cache`, `mail`,
  `upstream`, `certificates`, `static_files`, `keys`, `proxy`, `programs` (is `deliver` alive?), `disk`.
- `clocks`: how far another clock may be from this one.

A report holds no secret and nothing about a person: names of settings, hosts, programs, numbers and times.
"""

from portal.operations.doctor.examination import Report
from portal.operations.doctor.examinations import examine

__all__ = ["Report", "examine"]
