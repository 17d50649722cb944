import logging

from portal.logs import RequestFilter


def test_log_lines_hold_no_reference(alice_client, sandbox, caplog):
    caplog.handler.addFilter(RequestFilter())
    message_id = sandbox.add("alice@example.com", securebox="Claims01")
    alice_client.get(f"/inbox/billing/o.{message_id}.{'A' * 43}/")
    sandbox.fault("status", status=500)
    alice_client.get("/inbox/claims/")
    lines = caplog.text
    assert "Not Found: /inbox/billing/<reference>/" in lines and "upstream: Unavailable" in lines
    assert message_id not in lines and "alice" not in lines


def test_log_lines_have_the_request_id(alice_client, sandbox):
    name = alice_client.get("/inbox/none/")["X-Request-Id"]
    record = logging.makeLogRecord({"msg": "%s of %s", "args": (1, 2)})
    RequestFilter().filter(record)
    assert record.request_id == name and record.getMessage() == "1 of 2"
