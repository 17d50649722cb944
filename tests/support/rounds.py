"""Which tests run in the round with PostgreSQL, and which begin first."""

import os

import pytest

# Proved once, with SQLite: a database keeps what these need, and decides nothing in them.
ONCE = (
    "tests/accounts/federation/oidc/test_checks.py",
    "tests/accounts/federation/oidc/test_logout.py",
    "tests/accounts/federation/oidc/test_id_token.py",
    "tests/accounts/federation/oidc/test_provider_failures.py",
    "tests/accounts/federation/oidc/test_callback.py",
    "tests/accounts/test_validators.py",
    "tests/accounts/login/test_enumeration.py",
    "tests/accounts/login/test_csrf.py",
    "tests/accounts/login/test_rate_limits.py",
    "tests/accounts/test_lookalike_addresses.py",
    "tests/accounts/test_emails.py",
    "tests/accounts/test_pages.py",
    "tests/accounts/test_password_validation.py",
    "tests/embed/doctor/test_fetching.py",
    "tests/embed/doctor/test_host_page.py",
    "tests/embed/doctor/test_addresses.py",
    "tests/embed/doctor/test_csp.py",
    "tests/embed/test_hand_off_examples.py",
    "tests/embed/test_origins.py",
    "tests/embed/test_script.py",
    "tests/inbox/test_body.py",
    "tests/inbox/resilience/test_breaker.py",
    "tests/inbox/resilience/test_bulkhead.py",
    "tests/inbox/test_compose_guard.py",
    "tests/inbox/test_details.py",
    "tests/inbox/resilience/test_fanout.py",
    "tests/inbox/test_secret_scanner.py",
    "tests/inbox/resilience/test_hanging_box.py",
    "tests/inbox/test_home.py",
    "tests/inbox/test_inbox.py",
    "tests/inbox/test_mail_date.py",
    "tests/inbox/test_message.py",
    "tests/inbox/test_ownership.py",
    "tests/inbox/test_receipt.py",
    "tests/inbox/test_references.py",
    "tests/inbox/test_removal.py",
    "tests/inbox/test_rendering.py",
    "tests/inbox/test_selected.py",
    "tests/inbox/test_unread.py",
    "tests/portal/test_brand.py",
    "tests/portal/test_checks.py",
    "tests/portal/test_cookies.py",
    "tests/portal/test_form_expired.py",
    "tests/portal/test_formats.py",
    "tests/portal/test_headers.py",
    "tests/portal/test_health.py",
    "tests/portal/test_imports.py",
    "tests/portal/test_logs.py",
)

# What takes long begins first: at the end, it would keep one process busy while the others have nothing left.
LONG = (
    "tests/chaos/campaign/test_campaign.py",
    "tests/inbox/test_clicks.py",
    "tests/browser/test_session_end.py",
    "tests/chaos/bombs/",
    "tests/browser/",
    "tests/demo/",
    "tests/accounts/login/test_rate_limits.py",
    "tests/inbox/test_ownership.py",
    "tests/sandbox/test_openapi.py",
    "tests/inbox/resilience/test_hanging_box.py",
    "tests/accounts/federation/oidc/",
    "tests/securemail/test_transport.py",
    "tests/sandbox/test_command.py",
)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: [not item.nodeid.startswith(name) for name in LONG])
    if os.environ.get("TEST_DATABASE") != "postgresql":
        return
    once = [item for item in items if item.nodeid.partition("::")[0] in ONCE]
    config.hook.pytest_deselected(items=once)
    items[:] = [item for item in items if item not in once]
