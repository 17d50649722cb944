import os
import subprocess
import sys

import pytest

pytestmark = pytest.mark.slow


def test_a_brand_folder_replaces_the_files_it_has(tmp_path, client, db, settings):
    brand, collected = tmp_path / "brand", tmp_path / "static"
    brand.mkdir()
    (brand / "theme.css").write_text(":root { --brand: #702963; }")
    environment = {**os.environ, "PORTAL_BRAND_DIR": str(brand), "STATIC_ROOT": str(collected)}
    command = [sys.executable, "manage.py", "collectstatic", "--no-input", "-v0"]
    subprocess.run(command, env=environment, check=True)  # noqa: S603  A command of our own.
    assert (collected / "brand" / "theme.css").read_text() == ":root { --brand: #702963; }"
    assert ":root{--brand:#702963}" in (collected / "css" / "portal.css").read_text()
    assert (
        collected / "brand" / "logo.svg"
    ).exists()  # A file that the company leaves out comes from the portal.
    settings.PORTAL_NAME = "Northwind"
    assert "<span>Northwind</span>" in client.get("/accounts/login/").content.decode()
