"""What the doctor says of a database that it cannot connect to, without the names in what the server says."""

import pytest

from portal.operations.doctor.database import _explain

POSTGRESQL = 'connection failed: connection to server at "10.0.0.9", port 5432 failed: '


@pytest.mark.parametrize(
    ("text", "message", "fix"),
    [
        (
            'FATAL:  password authentication failed for user "canary"',
            "refuses the user or the password",
            "DATABASE_URL",
        ),
        (
            'FATAL:  no pg_hba.conf entry for host "10.0.0.4", user "canary"',
            "lets this machine",
            "pg_hba.conf",
        ),
        ('FATAL:  database "canary" does not exist', "no such database or user", "Create it"),
        ("FATAL:  sorry, too many clients already", "has no connection left", "max_connections"),
        ("FATAL:  remaining connection slots are reserved", "has no connection left", "max_connections"),
        ("FATAL:  the database system is starting up", "is starting", "Wait"),
        (
            "Connection refused\n\tIs the server running on that host?",
            "nothing listens",
            "start the database",
        ),
        ("connection timeout expired", "does not answer in time", "frozen"),
        (
            "failed to resolve host 'canary': [Errno -2] Name or service not known",
            "name is not known",
            "DATABASE_URL",
        ),
        ("SSL error: certificate verify failed", "Connecting to it fails", "DATABASE_URL"),
        ("database disk image is malformed", "is damaged", "Restore it"),
    ],
)
def test_what_the_server_says_is_explained(text, message, fix):
    said = _explain(POSTGRESQL + text)
    assert message in said[0] and fix in said[1] and "canary" not in str(said)
