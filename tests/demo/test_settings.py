"""The demo's settings do not depend on the environment in which it is started."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

from portal.paths import HOME as PROJECT

SHOW = """
import json
from portal.demo import settings
shown = {name: getattr(value, "__qualname__", repr(value)) for name, value in vars(settings).items()}
print(json.dumps({name: value for name, value in shown.items() if name.isupper()}))
"""
READ = re.compile(r'env\.\w+\(\s*"([A-Z_]+)"')


def settings_in(environment: dict[str, str], folder: Path) -> dict[str, str]:
    own = {"PATH": os.environ["PATH"], "DEMO_FOLDER": str(folder)}
    command = [sys.executable, "-c", SHOW]
    shown = subprocess.run(command, env=own | environment, cwd=PROJECT, capture_output=True, check=True)  # noqa: S603  A command of our own.
    return json.loads(shown.stdout)


def test_no_environment_variable_changes_a_setting(tmp_path):
    names = READ.findall((PROJECT / "portal" / "settings.py").read_text())
    assert "SECUREMAIL_API_URL" in names
    hostile = dict.fromkeys(names, "https://real.example/nexus/v3")
    assert settings_in(hostile, tmp_path) == settings_in({}, tmp_path)


def test_no_env_file_changes_a_setting(tmp_path):
    (tmp_path / ".env").write_text("SECUREMAIL_API_URL=https://real.example/nexus/v3\n")
    assert settings_in({"ENV_FILE": str(tmp_path / ".env")}, tmp_path) == settings_in({}, tmp_path)


def test_debug_is_off(tmp_path):
    assert settings_in({}, tmp_path)["DEBUG"] == "False"


def test_the_secret_key_is_kept_and_only_its_owner_can_read_it(tmp_path):
    first, second = settings_in({}, tmp_path), settings_in({}, tmp_path)
    assert first["SECRET_KEY"] == second["SECRET_KEY"]
    assert settings_in({}, tmp_path / "other")["SECRET_KEY"] != first["SECRET_KEY"]
    assert (tmp_path / "secret-key").stat().st_mode & 0o077 == 0


def test_the_folder_may_have_special_characters(tmp_path):
    odd = tmp_path / "100 % mine? #1 + ü"
    assert repr(str(odd / "portal.sqlite3")) in settings_in({}, odd)["DATABASES"]


def test_a_folder_that_cannot_be_created_is_reported(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("")
    environment = {"PATH": os.environ["PATH"], "DEMO_FOLDER": str(blocked)}
    command = [sys.executable, "manage.py", "demo"]
    refused = subprocess.run(command, env=environment, cwd=PROJECT, capture_output=True, text=True)  # noqa: S603  A command of our own.
    assert refused.returncode == 1
    assert f"cannot keep its data in {blocked}" in refused.stderr
