"""The files for docker compose are valid, agree with the others, and leave no container more rights than it needs."""

import json
from importlib import resources
from typing import Any

import jsonschema
import pytest
import yaml

from portal.gunicorn import config as gunicorn_config
from tests.deploy.files import DEPLOY, PROJECT, settings_names

COMPOSE = yaml.safe_load((PROJECT / "compose.yaml").read_text())
TRIAL = yaml.safe_load((DEPLOY / "compose/trial.yaml").read_text())
SCHEMAS = resources.files("check_jsonschema.builtin_schemas") / "vendor"
PROGRAMS = {"portal-1", "portal-2", "deliver-1", "deliver-2", "tidy", "migrate"}
every_program = pytest.mark.parametrize("name", sorted(PROGRAMS))


def seconds(text: str) -> int:
    return int(text.removesuffix("s"))


@pytest.mark.parametrize("file", [COMPOSE, TRIAL], ids=["compose", "trial"])
def test_it_is_valid(file):
    jsonschema.validate(file, json.loads((SCHEMAS / "compose-spec.json").read_text()))


@every_program
def test_a_program_of_the_portal_has_no_more_rights_than_it_needs(name):
    service = COMPOSE["services"][name]
    assert service["read_only"] is True and service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["pids_limit"] and service["mem_limit"]
    assert "user" not in service, "The image's own, which is not root."
    assert not service.get("ports") and not service.get("privileged")


@every_program
def test_each_setting_exists_and_no_secret_stands_in_the_environment(name):
    environment = COMPOSE["services"][name]["environment"]
    assert set(environment) <= settings_names()
    files = [value for value in environment.values() if value.startswith("/run/secrets/")]
    secrets = {path.removeprefix("/run/secrets/") for path in files}
    assert secrets == set(COMPOSE["services"][name]["secrets"]) <= set(COMPOSE["secrets"])


def test_only_nginx_can_be_reached_and_only_the_portal_reaches_the_data():
    assert [name for name, each in COMPOSE["services"].items() if each.get("ports")] == ["nginx"]
    assert COMPOSE["networks"]["inside"]["internal"] is True
    inside = {name for name, each in COMPOSE["services"].items() if "inside" in each["networks"]}
    assert inside == PROGRAMS | {"postgres", "redis"}


def test_gunicorn_is_given_the_time_that_it_takes_to_end():
    for name in ("portal-1", "portal-2"):
        grace = COMPOSE["services"][name]["stop_grace_period"]
        assert seconds(grace) > gunicorn_config.graceful_timeout
    assert seconds(COMPOSE["services"]["nginx"]["stop_grace_period"]) > seconds(grace)


def test_no_page_is_served_before_the_database_is_migrated():
    for name in PROGRAMS - {"migrate"}:
        waits: dict[str, Any] = COMPOSE["services"][name]["depends_on"]
        assert waits["migrate"] == {"condition": "service_completed_successfully"}


def test_all_programs_share_static_files_and_the_number_of_the_last_sending():
    for name in PROGRAMS:
        service = COMPOSE["services"][name]
        assert "shared:/srv/portal" in service["volumes"]
        for setting in ("STATIC_ROOT", "PORTAL_SENDING_MARK_FILE"):
            assert service["environment"][setting].startswith("/srv/portal/")
    # Before the first process of the new release starts. The image's own user may write there.
    assert "collectstatic" in COMPOSE["services"]["migrate"]["command"][-1]
    assert (
        "install --directory --owner=portal --group=portal /srv/portal"
        in (PROJECT / "Dockerfile").read_text()
    )


def test_each_file_that_is_named_exists():
    mounts = [
        mount
        for file in (COMPOSE, TRIAL)
        for each in file["services"].values()
        for mount in each.get("volumes", [])
    ]
    files = [mount.split(":")[0] for mount in mounts if mount.startswith("./")]
    assert files and [path for path in files if not (PROJECT / path).is_file()] == []


def test_a_trial_has_each_secret_and_sets_what_compose_asks_for():
    folder = DEPLOY / "compose/trial-secrets"
    assert {path.name for path in folder.iterdir()} == set(COMPOSE["secrets"])
    variables = (DEPLOY / "compose/trial.env").read_text()
    assert (
        "HOST_NAME=localhost\n" in variables
        and f"SECRETS_FOLDER=./{folder.relative_to(PROJECT)}\n" in variables
    )
