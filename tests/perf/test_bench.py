import io
import logging

import pytest

from tests.perf.bench import log_to


def test_the_log_is_back_where_it_can_be_seen_when_the_bench_fails():
    shown, hidden = io.StringIO(), io.StringIO()
    handler = logging.StreamHandler(shown)
    logging.root.addHandler(handler)
    try:
        with pytest.raises(ZeroDivisionError), log_to(hidden):
            logging.getLogger("portal").error("a page")
            raise ZeroDivisionError
        logging.getLogger("portal").error("why it failed")
    finally:
        logging.root.removeHandler(handler)
    assert shown.getvalue() == "why it failed\n" and "a page" in hidden.getvalue()
