"""The examples for a company's server, each in its own runtime: what they sign is what the portal takes."""

import json
import os
import shutil
import subprocess
import sys
from base64 import urlsafe_b64decode, urlsafe_b64encode
from pathlib import Path
from typing import NamedTuple

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

EXAMPLES = Path(__file__).parents[2] / "docs" / "hand-off"
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
        """The token that the example prints for a customer."""
        done = self.run(json.dumps({**CUSTOMER, **customer}), HAND_OFF_KEY_FILE=str(key_file))
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def run(self, customer: str, **settings: str) -> subprocess.CompletedProcess[str]:
        command = shutil.which(self.runtime)
        if command is None:
            pytest.skip(f"{self.runtime} is not on this machine")
        environment = {
            "PATH": os.environ["PATH"],
            "HAND_OFF_PORTAL": PORTAL,
            "HAND_OFF_ISSUER": ISSUER,
            "HAND_OFF_KEY_ID": "2026-11",
            **settings,
        }
        return subprocess.run(  # noqa: S603 The command is one of three, with input of our own.
            [command, str(EXAMPLES / self.file)],
            input=customer,
            env=environment,
            capture_output=True,
            encoding="utf-8",
            check=False,
            timeout=60,
        )


PYTHON = Example(sys.executable, "hand_off.py", "ES256")
NODE = Example("node", "hand_off.mjs", "ES256")
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
def verify(example, private_keys):
    public_key = private_keys[example.algorithm].public_key()
    return lambda token: jwt.decode(
        token, public_key, algorithms=[example.algorithm], audience=PORTAL, issuer=ISSUER
    )


@each_example
def test_its_token_is_taken(example, key_file, verify):
    token = example.sign(key_file)
    claims = verify(token)
    assert {name: claims[name] for name in CUSTOMER} == CUSTOMER
    assert claims["exp"] - claims["iat"] == 60
    assert jwt.get_unverified_header(token)["kid"] == "2026-11"


@each_example
def test_a_token_that_was_changed_is_refused(example, key_file, verify):
    head, body, signature = example.sign(key_file).split(".")
    claims = json.loads(urlsafe_b64decode(body + "=="))
    body = urlsafe_b64encode(json.dumps({**claims, "email": "bob@example.com"}).encode()).rstrip(b"=")
    with pytest.raises(jwt.InvalidSignatureError):
        verify(f"{head}.{body.decode()}.{signature}")


@each_example
def test_each_token_is_another(example, key_file, verify):
    assert verify(example.sign(key_file))["jti"] != verify(example.sign(key_file))["jti"]


@each_example
def test_without_its_settings_it_signs_nothing(example, key_file):
    done = example.run(json.dumps(CUSTOMER))
    assert done.returncode != 0 and "eyJ" not in done.stdout
    assert "HAND_OFF_KEY_FILE" in done.stderr + done.stdout
