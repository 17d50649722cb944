"""The embed doctor: looks at a page of a company's website, and says what of embedding works there and what does not.

The operators' page and `manage.py check_embed` show the same report.
"""

from portal.embed.doctor.examining import examine
from portal.embed.doctor.report import Finding, Report, State

__all__ = ["Finding", "Report", "State", "examine"]
