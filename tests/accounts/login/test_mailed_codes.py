"""The long code, where requests overlap. What people see of it is in test_strangers.py."""

from django.core.cache import cache

from portal.accounts.login import mailed_codes


def long_code_for(rf, settings, address="anna@example.com"):
    settings.ACCOUNT_RATE_LIMITS = {"mailed_code_total": "0/h/key"}
    request = rf.post("/")
    request.session = {}
    mailed_codes.count_request(request, address)
    return mailed_codes.long_code(request)


def test_two_requests_at_once_use_the_same_long_code(rf, settings, monkeypatch):
    first = long_code_for(rf, settings)
    read = cache.get
    answers = [None]  # What the second request read before the first had written.
    with monkeypatch.context() as patch:
        patch.setattr(
            cache,
            "get",
            lambda key, *args: (
                answers.pop() if answers and key.startswith("long-code:") else read(key, *args)
            ),
        )
        assert long_code_for(rf, settings) == first
    assert answers == []


def test_only_one_of_two_simultaneous_uses_succeeds(rf, settings):
    code = long_code_for(rf, settings)
    assert [mailed_codes.use_up(code), mailed_codes.use_up(code)] == [True, False]
    assert long_code_for(rf, settings) != code


def test_the_decision_holds_for_the_whole_request(rf, settings):
    settings.ACCOUNT_RATE_LIMITS = {"mailed_code_total": "1/h/key"}
    request = rf.post("/")
    request.session = {}
    for _ in range(2):
        mailed_codes.count_request(request, "anna@example.com")
    assert mailed_codes.long_code(request) == ""
