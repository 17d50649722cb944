"""What Prometheus' own tool says of the alerts and the dashboard."""

import re
import subprocess

import pytest
import yaml

from tests.operations.test_alerts import ALERTS, PROJECT, QUERIES
from tests.support import programs

pytestmark = pytest.mark.slow

RULES = PROJECT / "deploy/prometheus/alerts.yaml"
MINUTES = 120  # For which the series below are given, one value a minute.
REQUESTS, CALLS, SIGN_INS = (
    f"securebox_{name}_total" for name in ("http_requests", "upstream_calls", "sign_ins")
)
OLDEST, UNDER_WAY = "securebox_outgoing_oldest_age_seconds", "securebox_outgoing_messages"
SEEN = 'securebox_program_last_seen_timestamp_seconds{program="%s"}'
BOX = 'box="Claims01",direction="reading"'
# By alert: what Prometheus has scraped, in promtool's notation.
TROUBLE = {
    "SecureboxDown": {'up{job="securebox-portal",instance="a"}': "0x120"},
    "SecureboxErrors": {
        REQUESTS + '{outcome="ok",view="home"}': "0+60x120",
        REQUESTS + '{outcome="server_error",view="home"}': "0+3x120",
    },
    "SecureboxSlow": {
        'securebox_http_request_duration_seconds_bucket{le="2.5",view="home"}': "0+9x120",
        'securebox_http_request_duration_seconds_bucket{le="5",view="home"}': "0+10x120",
        'securebox_http_request_duration_seconds_bucket{le="+Inf",view="home"}': "0+10x120",
    },
    "SecureboxDatabaseDown": {'securebox_database_up{instance="a"}': "0x120"},
    "SecureboxCacheLost": {'securebox_cache_up{instance="a"}': "0x120"},
    "SecureboxUpstreamFailing": {
        CALLS + '{box="Claims01",operation="list",outcome="ok"}': "0+6x120",
        CALLS + '{box="Claims01",operation="list",outcome="unavailable"}': "0+3x120",
    },
    "SecureboxBreakerOpen": {f"securebox_upstream_breaker_open{{{BOX}}}": "1x120"},
    "SecureboxUpstreamRefused": {f"securebox_upstream_refused{{{BOX}}}": "2x120"},
    "SecureboxOutgoingWaiting": {OLDEST + '{box="Claims01",state="queued"}': "0+60x120"},
    "SecureboxUnconfirmedGrowing": {UNDER_WAY + '{box="Claims01",state="unconfirmed"}': "0+0.2x120"},
    "SecureboxDeliverSilent": {SEEN % "deliver": "60x120"},
    "SecureboxDeliverFailing": {'securebox_program_last_round_succeeded{program="deliver"}': "0x120"},
    "SecureboxTidySilent": {SEEN % "tidy": "-180000x120"},
    "SecureboxMailsWaiting": {'securebox_mails_oldest_age_seconds{kind="code"}': "0+60x120"},
    "SecureboxSignInFailures": {
        SIGN_INS + '{method="password",outcome="failed"}': "0x60 0+20x60",
        SIGN_INS + '{method="password",outcome="ok"}': "0+50x120",
    },
    "SecureboxLimitsHit": {'securebox_limits_hit_total{limit="password"}': "0+20x120"},
}
WELL = {
    'up{job="securebox-portal",instance="a"}': "1x120",
    'securebox_database_up{instance="a"}': "1x120",
    'securebox_cache_up{instance="a"}': "1x120",
    REQUESTS + '{outcome="ok",view="home"}': "0+60x120",
    REQUESTS + '{outcome="server_error",view="home"}': "0+0.1x120",
    'securebox_http_request_duration_seconds_bucket{le="2.5",view="home"}': "0+10x120",
    'securebox_http_request_duration_seconds_bucket{le="+Inf",view="home"}': "0+10x120",
    CALLS + '{box="Claims01",operation="list",outcome="ok"}': "0+60x120",
    CALLS + '{box="Claims01",operation="list",outcome="unavailable"}': "0+1x120",
    f"securebox_upstream_breaker_open{{{BOX}}}": "0x120",
    f"securebox_upstream_refused{{{BOX}}}": "0x120",
    OLDEST + '{box="Claims01",state="queued"}': "30x120",
    UNDER_WAY + '{box="Claims01",state="unconfirmed"}': "9x120",
    SEEN % "deliver": "0+60x120",
    SEEN % "tidy": "0x120",
    'securebox_program_last_round_succeeded{program="deliver"}': "1x120",
    'securebox_mails_oldest_age_seconds{kind="code"}': "3x120",
    'securebox_mails_oldest_age_seconds{kind="invitation"}': "9000x120",
    SIGN_INS + '{method="password",outcome="failed"}': "0+2x120",
    'securebox_limits_hit_total{limit="password"}': "0+1x120",
}


def promtool(*arguments):
    command = [programs.find("promtool"), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  Ours.
    assert done.returncode == 0, done.stdout + done.stderr


def firing(series, numbers):
    """A test of promtool's: how many series of each of these alerts fire after two hours."""
    return {
        "interval": "1m",
        "input_series": [{"series": name, "values": values} for name, values in series.items()],
        "promql_expr_test": [
            {
                "expr": f'count(ALERTS{{alertname="{alert}",alertstate="firing"}}) or vector(0)',
                "eval_time": f"{MINUTES}m",
                "exp_samples": [{"labels": "{}", "value": number}],
            }
            for alert, number in numbers.items()
        ],
    }


def test_each_alert_fires_in_its_trouble_and_none_while_all_is_well(tmp_path):
    assert list(TROUBLE) == [rule["alert"] for rule in ALERTS]
    tests = [firing(WELL, dict.fromkeys(TROUBLE, 0))]
    tests += [firing(WELL | series, {alert: 1}) for alert, series in TROUBLE.items()]
    file = tmp_path / "tests.yaml"
    file.write_text(yaml.safe_dump({"rule_files": [str(RULES)], "tests": tests}))
    promtool("test", "rules", str(file))


def test_each_query_of_the_dashboard_can_be_read(tmp_path):
    variables = {r"\$__rate_interval": "5m", r"\$box": "Claims01"}
    rules = []
    for number, query in enumerate(QUERIES.values()):
        for name, value in variables.items():
            query = re.sub(name, value, query)
        rules.append({"record": f"query:{number}", "expr": query})
    file = tmp_path / "queries.yaml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "dashboard", "rules": rules}]}))
    promtool("check", "rules", str(file))
