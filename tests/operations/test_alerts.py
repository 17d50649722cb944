"""Alerts and dashboard use metrics that exist, with labels and values that they have; each alert is in the runbook."""

import json
import re
from pathlib import Path

import pytest
import yaml

from inbox.resilience import measuring
from portal import metrics
from portal.metrics import instruments
from portal.metrics.instruments import Instrument
from portal.operations import problems
from portal.operations.under_way import SINCE
from tests.portal.test_docs import anchors

PROJECT = Path(__file__).resolve().parents[2]
OPERATIONS = PROJECT / "docs/operations.md"
ALERTS = [
    rule
    for group in yaml.safe_load((PROJECT / "deploy/prometheus/alerts.yaml").read_text())["groups"]
    for rule in group["rules"]
]
DASHBOARD = json.loads((PROJECT / "deploy/grafana/securebox-portal.json").read_text())
SCRAPE = yaml.safe_load((PROJECT / "deploy/prometheus/scrape.yaml").read_text())
(JOB,) = SCRAPE["scrape_configs"]
QUERIES = {rule["alert"]: rule["expr"] for rule in ALERTS} | {
    panel["title"]: target["expr"] for panel in DASHBOARD["panels"] for target in panel.get("targets", [])
}
SAMPLES = {name: metric for metric in Instrument.declared for name in metric.sample_names}
PROMETHEUS_OWN = {"instance", "job", "le"}  # Labels that Prometheus adds.
VALUES = {
    "outcome": {*metrics._CLASSES.values(), *measuring._OUTCOMES.values(), "limited", "failed", "other"},
    "state": {*SINCE, "sent", "failed"},
    "program": {"deliver", "tidy"},
    "kind": {"code", "notice", "invitation"},
    "job": {JOB["job_name"]},
}

each_query = pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
each_alert = pytest.mark.parametrize("rule", ALERTS, ids=lambda rule: rule["alert"])


@each_query
def test_each_metric_of_a_query_exists(query):
    named = set(re.findall(r"\bsecurebox_\w+", query))
    assert named <= set(SAMPLES)
    assert named or "up{" in query


@each_query
def test_each_label_of_a_query_exists_with_the_values_it_is_compared_with(query):
    for name, selector in re.findall(r"\b(securebox_\w+|up)\{(.*?)\}", query):
        known = {*(SAMPLES[name].labels if name in SAMPLES else ()), *PROMETHEUS_OWN}
        for label, _operator, value in re.findall(r'(\w+)(=~?|!=|!~)"(.*?)"', selector):
            assert label in known, f"{name} has no label {label}"
            assert value == "$box" or set(value.split("|")) <= VALUES[label], f"{label} is never {value}"
    labels = {label for name in SAMPLES if name in query for label in SAMPLES[name].labels}
    for listed in re.findall(r"\b(?:by|on) \((.*?)\)", query):
        assert set(re.findall(r"\w+", listed)) <= labels | PROMETHEUS_OWN


@each_query
def test_counters_are_read_as_rates_and_gauges_are_not(query):
    for name in re.findall(r"\bsecurebox_\w+", query):
        is_counter = not isinstance(SAMPLES[name], metrics.Gauge | metrics.AtScrape)
        ranges = re.findall(rf"(\w+)\({name}(?:\{{[^}}]*\}})?\[", query)
        assert set(ranges) <= ({"rate", "increase"} if is_counter else {"delta"})
        assert bool(ranges) or not is_counter


def test_prometheus_is_given_every_name_that_a_query_may_use():
    """By prometheus-client itself, which adds the endings."""
    instruments.switch_on()
    looked_up = []
    for metric in Instrument.declared:
        labels = tuple("x" for _ in metric.labels)
        if isinstance(metric, metrics.Counter):
            metric.add(*labels)
        elif isinstance(metric, metrics.Histogram):
            metric.observe(0.1, *labels)
        elif isinstance(metric, metrics.Gauge):
            metric.set(1, *labels)
        else:
            looked_up.append(metric.family([(labels, 1.0)]))
    text = instruments.exposition(looked_up).decode()
    instruments.switch_off()
    assert set(re.findall(r"^(securebox_\w+)[{ ]", text, re.M)) >= set(SAMPLES)


@each_alert
def test_each_alert_says_how_urgent_it_is_what_happened_and_what_to_do(rule):
    assert rule["labels"]["severity"] in ("critical", "warning")
    assert re.fullmatch(r"\d+[mh]", rule["for"])
    assert rule["annotations"]["summary"]
    page, _hash, anchor = rule["annotations"]["runbook"].partition("#")
    assert anchor == rule["alert"].lower() and anchor in anchors(PROJECT / page)


def test_the_runbook_has_a_paragraph_for_each_alert_and_for_nothing_else():
    runbook = OPERATIONS.read_text().split("\n## Runbook\n")[1].split("\n## ")[0]
    _intro, *paragraphs = re.split(r"^### ", runbook, flags=re.M)
    assert [text.split("\n")[0] for text in paragraphs] == [rule["alert"] for rule in ALERTS]
    for text in paragraphs:
        assert all(f"**{part}**" in text for part in ("Customers see", "Look", "Do")), text


def test_the_operators_page_names_alerts_that_exist():
    named = {alert for _text, alert in problems._HEALTH.values()} | set(problems._ALERTS.values())
    source = Path(problems.__file__).read_text()
    named |= set(re.findall(r'_see\("(\w+)"\)', source))
    assert named <= {rule["alert"] for rule in ALERTS}


def test_the_docs_describe_each_metric():
    described = set(re.findall(r"`(securebox_\w+)`", OPERATIONS.read_text()))
    assert described >= {metric.sample_names[0].removesuffix("_bucket") for metric in Instrument.declared}
    assert described <= {*SAMPLES, *(metric.name for metric in Instrument.declared)}


def test_the_panels_of_the_dashboard_do_not_overlap():
    taken = set()
    for panel in DASHBOARD["panels"]:
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not cells & taken and place["x"] + place["w"] <= 24
        taken |= cells
    assert len({panel["id"] for panel in DASHBOARD["panels"]}) == len(DASHBOARD["panels"])
