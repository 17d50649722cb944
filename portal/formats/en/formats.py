"""English date and time formats, for all pages, the admin and the management commands."""

DATE_FORMAT = "j M Y"
TIME_FORMAT = "H:i"
DATETIME_FORMAT = "j M Y, H:i"
MONTH_DAY_FORMAT = "j M"
SHORT_DATE_FORMAT = DATE_FORMAT
SHORT_DATETIME_FORMAT = DATETIME_FORMAT

# Of our own: see portal/dates.py.
LONG_DATETIME_FORMAT = "l j F Y, H:i"
DAY_TIME_FORMAT = "j M, H:i"
WEEKDAY_FORMAT = "D j M"
WEEKDAY_TIME_FORMAT = "D j M, H:i"
