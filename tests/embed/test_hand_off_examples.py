"""The examples in docs/hand-off, each run in its own language: the portal accepts the tokens that they sign."""

import json
import os
import subprocess
import sys
from base64 import urlsafe_b64decode, urlsafe_b64encode
from pathlib import Path
from typing import NamedTuple

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from portal.accounts.federation.errors import AddressNotConfirmed, InvalidKey
from portal.accounts.federation.handoff.key_validation import clean_public_key
from portal.accounts.federation.handoff.tokens import verify
from portal.accounts.models import Company
from tests.support import programs

pytestmark = pytest.mark.slow

BIN = Path(sys.executable).parent  # Node is among what the tests install.
DOCS = Path(__file__).parents[2] / "docs"
PORTAL = "https://mail.company.example"
ISSUER = "https://www.company.example"
CUSTOMER = {
    "origin": "https://www.company.example",
    "sub": "4711",
    "email": "anne@example.com",
    "email_verified": True,
    "name": "Änne O'Brien",
}


class Example(NamedTuple):
    runtime: str
    file: str
    algorithm: str

    def sign(self, key_file: Path, **customer: object) -> str:
        """The token that the example prints for this customer."""
        done = self.run(json.dumps({**CUSTOMER, **customer}), HAND_OFF_KEY_FILE=str(key_file))
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def run(self, customer: str, **settings: str) -> subprocess.CompletedProcess[str]:
        environment = {
            "PATH": os.environ["PATH"],
            "HAND_OFF_PORTAL": PORTAL,
            "HAND_OFF_ISSUER": ISSUER,
            "HAND_OFF_KEY_ID": "2026-11",
            **settings,
        }
        return subprocess.run(  # noqa: S603 The command is one of three, with input of our own.
            [programs.find(self.runtime), str(DOCS / "hand-off" / self.file)],
            input=customer,
            env=environment,
            capture_output=True,
            encoding="utf-8",
            check=False,
            timeout=120,
        )


PYTHON = Example(sys.executable, "hand_off.py", "ES256")
NODE = Example(str(BIN / "node"), "hand_off.mjs", "ES256")
PHP = Example("php", "hand_off.php", "RS256")
each_example = pytest.mark.parametrize("example", [PYTHON, NODE, PHP], ids=lambda example: example.file)


@pytest.fixture(scope="module")
def private_keys() -> dict[str, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey]:
    return {
        "ES256": ec.generate_private_key(ec.SECP256R1()),
        "RS256": rsa.generate_private_key(public_exponent=65537, key_size=2048),
    }


@pytest.fixture
def key_file(example, private_keys, tmp_path) -> Path:
    file = tmp_path / "hand-off.pem"
    key = private_keys[example.algorithm]
    file.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return file


@pytest.fixture
def take(example, private_keys, db, settings):
    """A function that verifies a token of this company as the portal does."""
    settings.PORTAL_URL = PORTAL
    public_key = private_keys[example.algorithm].public_key()
    pem = public_key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    company = Company.objects.create(name="Company", issuer=ISSUER)
    company.keys.create(key_id="2026-11", algorithm=example.algorithm, public_key=pem)
    return lambda token: verify(token, company, CUSTOMER["origin"])


@each_example
def test_the_portal_accepts_its_token(example, key_file, take):
    identity = take(example.sign(key_file)).identity
    assert (identity.issuer, identity.subject) == (ISSUER, "4711")
    assert (identity.address, identity.first_name, identity.last_name) == (
        "anne@example.com",
        "Änne",
        "O'Brien",
    )


@each_example
def test_a_token_that_was_changed_is_rejected(example, key_file, take):
    head, body, signature = example.sign(key_file).split(".")
    claims = {**json.loads(urlsafe_b64decode(body + "==")), "email": "bob@example.com"}
    body = urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    with pytest.raises(InvalidKey):
        take(f"{head}.{body}.{signature}")


@each_example
def test_a_token_with_an_unverified_address_is_rejected(example, key_file, take):
    with pytest.raises(AddressNotConfirmed):
        take(example.sign(key_file, email_verified=False))


@each_example
def test_each_token_has_an_id_of_its_own(example, key_file, take):
    assert take(example.sign(key_file)).token_id != take(example.sign(key_file)).token_id


@each_example
def test_without_its_settings_it_fails_and_names_them(example):
    done = example.run(json.dumps(CUSTOMER))
    assert done.returncode != 0 and "eyJ" not in done.stdout
    assert "HAND_OFF_KEY_FILE" in done.stdout + done.stderr


def commands(beginning: str) -> str:
    """The code block of docs/embedding.md that begins with this text."""
    blocks = (DOCS / "embedding.md").read_text().split("```")[1::2]
    return next(block.strip() for block in blocks if block.strip().startswith(beginning))


def shell(script: str, folder: Path) -> None:
    environment = {**os.environ, "PATH": f"{BIN}:{os.environ['PATH']}"}
    command = ["/bin/sh", "-ec", script]
    subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True, timeout=120)  # noqa: S603  Ours.


def test_the_portal_accepts_the_keys_that_the_guide_makes(tmp_path):
    shell(commands("openssl genpkey"), tmp_path)
    public_key = clean_public_key((tmp_path / "hand-off-public.pem").read_text(), "ES256")
    token = PYTHON.sign(tmp_path / "hand-off.pem")
    assert jwt.decode(token, public_key, algorithms=["ES256"], audience=PORTAL)["sub"] == "4711"


def test_the_key_set_that_the_guide_makes_holds_only_the_public_key(tmp_path):
    shell(commands("openssl genpkey"), tmp_path)
    shell(commands("node -p"), tmp_path)
    keys = jwt.PyJWKSet.from_dict(json.loads((tmp_path / "keys.json").read_text()))
    token = PYTHON.sign(tmp_path / "hand-off.pem")
    assert jwt.decode(token, keys["2026-11"], algorithms=["ES256"], audience=PORTAL)["sub"] == "4711"
    assert '"d"' not in (tmp_path / "keys.json").read_text()
