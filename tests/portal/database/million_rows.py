"""Fills a PostgreSQL database as a portal with very many customers would have, in seconds: by generate_series.

Of `number` customers each has an account; of the lines of the log and of the outgoing messages there are as many.
"""

from django.db import connection

from portal.accounts.sessions.store import SessionStore

# The tables that grow with the number of customers or with time.
BIG = {
    "account_emailaddress",
    "accounts_activity",
    "accounts_consumer",
    "accounts_invitation",
    "accounts_spenttoken",
    "accounts_windowcode",
    "django_session",
    "inbox_outgoingmessage",
    "mfa_authenticator",
    "portal_tally",
    "usersessions_usersession",
}

FIRST = 100_000  # What other tests made has lower primary keys: a sequence goes on although a test is undone.

_SERIES = "generate_series({first}, {first} + {number} - 1) AS i"
_ADDRESS = "substr(md5({}::text), 1, 14) || '@example.com'"
_HIS = "({first} + (i::bigint * 7919) % {number})"  # The customer of row i.

_STATEMENTS = (
    """INSERT INTO accounts_consumer
        (id, password, last_login, is_superuser, email, first_name, last_name, is_staff, is_active, date_joined)
    SELECT i, '!', CASE WHEN i % 20 = 1 OR i % 5000 = 2 THEN NULL ELSE now() - i % 300 * interval '1 hour' END, false,
        {address},
        CASE WHEN i % 5000 = 2 THEN '' ELSE initcap(substr(md5('f' || i), 1, 6)) END,
        CASE WHEN i % 5000 = 2 THEN '' ELSE initcap(substr(md5('l' || i), 1, 7)) END,
        i % 10000 = 5, i % 20 <> 1, now() - i * interval '1 minute'
    FROM {series}""",
    """INSERT INTO account_emailaddress (id, email, verified, "primary", user_id)
    SELECT i, {address}, i % 5000 <> 2, true, i FROM {series} WHERE i % 20 <> 1""",
    """INSERT INTO accounts_invitation (id, consumer_id, token_hash, invited_by, sent_at, expires_at, accepted_at)
    SELECT i, i, CASE WHEN i % 20 = 1 THEN md5('t' || i) ELSE '' END, 'operator' || i % 7 || '@example.com',
        now() - i * interval '1 minute', now() - i * interval '1 minute' + interval '3 days',
        CASE WHEN i % 20 = 1 AND i % 1000 <> 41 THEN NULL ELSE now() END
    FROM {series} WHERE i % 4 = 1""",
    """INSERT INTO mfa_authenticator (id, type, data, user_id, created_at)
    SELECT i, 'totp', '{{}}', i, now() FROM {series} WHERE i % 4 = 0""",
    """INSERT INTO accounts_activity
        (id, at, event, consumer_id, address, "by", box, number, detail, device, network, request_id)
    SELECT i, now() - (i - {first}) * interval '30 seconds' - i % 500 / 499 * interval '400 days',
        CASE WHEN i % 9000 = 1 THEN 'address_changed' WHEN i % 50 = 0 THEN 'sign_in_failed'
            WHEN i % 10 = 1 THEN 'signed_in' WHEN i % 10 < 8 THEN 'message_opened' ELSE 'message_sent' END,
        {his}, {his_address}, CASE WHEN i % 90 = 3 THEN 'operator' || i % 7 || '@example.com' ELSE '' END,
        CASE WHEN i % 10 > 1 THEN (ARRAY['Claims', 'Billing', 'Advice'])[1 + i % 3] ELSE '' END, 1,
        CASE WHEN i % 10 = 1 THEN 'password' ELSE '' END, 'Firefox on Linux', '192.0.2.1', substr(md5('r' || i), 1, 12)
    FROM {series}""",
    """INSERT INTO inbox_securebox
        (id, slug, name, title, description, reply_time, disclaimer, preset_subjects, position, accepts_messages,
        open_to_all, allows_delete, allows_purge, allows_withdraw, operation_key, shown_details)
    SELECT {first} + i, 'box' || i, 'Filled0' || i, 'Filled ' || i, '', '', '', '', i, true, true,
        true, false, false, '', ''
    FROM generate_series(0, 4) AS i""",
    """INSERT INTO inbox_outgoingmessage
        (id, nonce, consumer_id, securebox_id, reply, state, version, saved_by, saved_step, sealed, told, reason,
        operation_id, attempts, doubts, looks, due_at, secure_mail_id, created_at, saved_at, queued_at, tried_since,
        settled_at)
    SELECT i, gen_random_uuid(), {his}, {first} + (i::bigint * 31) % 997 % 5, '', state, 1, '', 0, repeat('x', 160),
        i % 50 <> 0, '', gen_random_uuid(), 1, (state = 'unconfirmed')::int, 0,
        CASE WHEN state IN ('queued', 'sending', 'unconfirmed') THEN now() + (i % 40 - 20) * interval '1 minute' END,
        CASE WHEN state = 'sent' THEN 'mail' || i ELSE '' END, at, at, at, at, at
    FROM (
        SELECT i, now() - (i - {first}) * interval '7 seconds' - i % 500 / 499 * interval '100 days' AS at,
            CASE WHEN i % 100 = 1 THEN 'draft' WHEN i % 200 = 2 THEN 'failed' WHEN i % 300 = 3 THEN 'discarded'
                WHEN i % 2000 = 4 THEN 'queued' WHEN i % 2000 = 5 THEN 'unconfirmed' WHEN i % 5000 = 6 THEN 'sending'
                ELSE 'sent' END AS state
        FROM {series}
    ) AS made""",
    """INSERT INTO usersessions_usersession
        (id, user_id, created_at, ip, last_seen_at, session_key, user_agent, data)
    SELECT i, {his}, now(), '192.0.2.1', now() - i % 100 * interval '1 minute', 'key' || i, 'Firefox', '{{}}'
    FROM {series} WHERE i % 2 = 0""",
    """INSERT INTO django_session (session_key, session_data, expire_date)
    SELECT 'key' || i, '{content}', now() + (i % 100 - i % 500 / 498 * 200) * interval '1 minute'
    FROM {series} WHERE i % 2 = 0 AND i % 500 <> 2""",
    """INSERT INTO accounts_spenttoken (id, digest, expires_at)
    SELECT i, md5('a' || i) || md5('b' || i),
        now() + (i % 99 - i % 500 / 499 * 400) * interval '1 minute'
    FROM {series}""",
    """INSERT INTO portal_tally (quarter, what, box, outcome, within_ms, number, last_at)
    SELECT now() - (i - {first}) / 4 * interval '15 minutes', 'reading', 'Filled0' || i % 4, 'ok', 50, 1, now()
    FROM {series}""",
    """INSERT INTO accounts_windowcode (id, digest, consumer_id, next, proofs, expires_at)
    SELECT i, md5('c' || i) || md5('d' || i), {his}, '/', '[]',
        now() + (i % 90 - i % 500 / 490 * 200) * interval '1 second'
    FROM {series} WHERE i % 10 = 0""",
)


def fill(number: int) -> None:
    values = {"first": FIRST, "number": number, "content": SessionStore().encode({"filled": "x" * 200})}
    parts = {
        "series": _SERIES,
        "his": _HIS,
        "address": _ADDRESS.format("i"),
        "his_address": _ADDRESS.format(_HIS),
    }
    values |= {name: part.format_map(values) for name, part in parts.items()}
    with connection.cursor() as cursor:
        for statement in _STATEMENTS:
            cursor.execute(statement.format_map(values))
        cursor.execute(f"ANALYZE {', '.join(sorted(BIG))}, inbox_securebox")


def address_of(number: int) -> str:
    """The address of the customer with this primary key."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT email FROM accounts_consumer WHERE id = %s", [number])
        (address,) = cursor.fetchone()
    return str(address)
