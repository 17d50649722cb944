"""An OpenID provider in a process of its own, with answers that tests can falsify.

    python -m tests.accounts.federation.oidc.provider_process

The provider is oidc-provider-mock. This module adds what a company's provider does too (it keeps people signed in, and
requires PKCE), and changes answers as a PUT to /tamper asks for:

    discovery   replaces entries of the provider's metadata
    claims      replaces claims of ID tokens; null removes one
    signature   how ID tokens are signed: see `Forge`
    rotated     publish the new key
    answers     by path: the name of one of FAULTS
"""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Iterable, Iterator
from http import HTTPStatus
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import jwt
import oidc_provider_mock
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import ECAlgorithm, RSAAlgorithm
from werkzeug.http import parse_cookie
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

_KEY_IDS = ("new", "unpublished", "short", "encryption", "other_algorithm")


class Forge:
    """Signs claims, correctly or not.

    good               as published
    unnamed            without a key id
    new                with the key that is published after `rotated`
    curve              ES256
    other              with another key under the published key's id
    unpublished        with a key that is not published
    short              with a key of 1024 bits
    encryption         with a key published for encryption
    other_algorithm    with a key published for another algorithm
    embedded           with another key under the published key's id, which the header brings along
    mismatched         with ES256, under the id of an RSA key
    lower_case         as published, with the algorithm's name in lower case
    critical           as published, with an unknown header that must be understood
    cut                as published, without the signature
    none               not at all
    secret             HS256 with the public key as the secret
    garbage            not a token
    """

    def __init__(self) -> None:
        self.own, self.other, self.new = (rsa.generate_private_key(65537, 2048) for _ in range(3))
        self.short = rsa.generate_private_key(65537, 1024)  # noqa: S505  Too short on purpose.
        self.curve = ec.generate_private_key(ec.SECP256R1())

    def published(self, *, rotated: bool) -> list[dict[str, Any]]:
        keys = {"own": self.own, "short": self.short} | ({"new": self.new} if rotated else {})
        found = [
            RSAAlgorithm.to_jwk(key.public_key(), as_dict=True) | {"kid": kid} for kid, key in keys.items()
        ]
        own = found[0]
        found += [own | {"kid": "encryption", "use": "enc"}, own | {"kid": "other_algorithm", "alg": "PS256"}]
        found.append(ECAlgorithm.to_jwk(self.curve.public_key(), as_dict=True) | {"kid": "curve"})
        return [{key: value for key, value in jwk.items() if key != "key_ops"} for jwk in found]

    def sign(self, claims: dict[str, Any], how: str) -> str:
        if how == "garbage":
            return "no.token.at-all"
        if how == "none":
            return jwt.encode(claims, None, "none", {"kid": "own"})
        if how == "secret":
            return self._with_public_key_as_secret(claims)
        if how in ("curve", "mismatched"):
            return jwt.encode(claims, self.curve, "ES256", {"kid": "curve" if how == "curve" else "own"})
        if how == "lower_case":
            return self._with_algorithm_in_lower_case(claims)
        if how == "cut":
            return self.sign(claims, "good").rpartition(".")[0] + "."
        keys = {"new": self.new, "short": self.short}
        keys |= dict.fromkeys(("other", "unpublished", "embedded"), self.other)
        header = {} if how == "unnamed" else {"kid": how if how in _KEY_IDS else "own"}
        if how == "embedded":
            header["jwk"] = RSAAlgorithm.to_jwk(self.other.public_key(), as_dict=True)
        if how == "critical":
            header |= {"crit": ["new"], "new": True}
        return jwt.encode(claims, keys.get(how, self.own), "RS256", header)

    def _with_public_key_as_secret(self, claims: dict[str, Any]) -> str:
        secret = self.own.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        signed = _unsigned({"alg": "HS256", "typ": "JWT", "kid": "own"}, claims)
        return f"{signed}.{_base64(hmac.digest(secret, signed.encode(), 'sha256'))}"

    def _with_algorithm_in_lower_case(self, claims: dict[str, Any]) -> str:
        signed = _unsigned({"alg": "rs256", "typ": "JWT", "kid": "own"}, claims)
        return f"{signed}.{_base64(self.own.sign(signed.encode(), PKCS1v15(), SHA256()))}"


class TamperingProvider:
    def __init__(self) -> None:
        self.provider = oidc_provider_mock.app(require_client_registration=True, require_nonce=True)
        self.forge, self.changes = Forge(), {}
        self.challenges: dict[str, str] = {}
        self.asked: list[str] = []

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        request = Request(environ)
        return self._answer(request)(environ, start_response)

    def _answer(self, request: Request) -> Response:
        if request.path == "/tamper":
            self.changes = request.get_json()
            return Response(status=204)
        if request.path == "/requested":
            return _json(self.asked)
        if not request.path.startswith("/users/"):
            self.asked.append(request.path)
        if fault := self.changes.get("answers", {}).get(request.path):
            return FAULTS[fault]()
        answers = {
            "/.well-known/openid-configuration": self._discovery,
            "/jwks": self._keys,
            "/oauth2/authorize": self._authorize,
            "/oauth2/token": self._token,
            "/oauth2/end_session/confirm": self._end_session,
        }
        return answers.get(request.path, self._pass_on)(request)

    def _pass_on(self, request: Request) -> Response:
        return Response.from_app(self.provider, request.environ)

    def _discovery(self, request: Request) -> Response:
        return _json(self._pass_on(request).get_json() | self.changes.get("discovery", {}))

    def _keys(self, request: Request) -> Response:
        if not self.changes.keys() & {"claims", "signature", "rotated"}:
            return self._pass_on(request)
        keys = self.forge.published(rotated=self.changes.get("rotated", False))
        return _json({"keys": keys[:1] if self.changes.get("signature") == "unnamed" else keys})

    def _authorize(self, request: Request) -> Response:
        """A person who has signed in once is not asked again until they sign out."""
        body = request.get_data()
        if known := parse_cookie(request.environ).get("provider"):
            body = urlencode({"sub": known}).encode()
        response = self._pass_on(_posted(request, body) if body else request)
        if "error=" in (response.location or ""):
            # RFC 6749, section 4.1.2.1, requires the state here; oidc-provider-mock leaves it out.
            response.location += f"&state={request.args['state']}"
        code = parse_qs(urlsplit(response.location or "").query).get("code")
        if code:
            self.challenges[code[0]] = request.args.get("code_challenge", "")
            response.set_cookie("provider", dict(parse_qsl(body.decode()))["sub"])
        return response

    def _token(self, request: Request) -> Response:
        body = request.get_data()
        form = dict(parse_qsl(body.decode()))
        verifier = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if self.challenges.get(form.get("code", "")) != _base64(verifier):
            return _json({"error": "invalid_grant"}, 400)
        answer = self._pass_on(_posted(request, body))
        if answer.status_code != 200 or not self.changes.keys() & {"claims", "signature"}:
            return answer
        content = answer.get_json()
        claims = jwt.decode(content["id_token"], options={"verify_signature": False})
        claims = {**claims, **self.changes.get("claims", {})}
        claims = {name: value for name, value in claims.items() if value is not None}
        content["id_token"] = self.forge.sign(claims, self.changes.get("signature", "good"))
        return _json(content)

    def _end_session(self, request: Request) -> Response:
        response = self._pass_on(request)
        response.delete_cookie("provider")
        return response


def _posted(request: Request, body: bytes) -> Request:
    """The same request with this body, unread."""
    environ = request.environ | {
        "REQUEST_METHOD": "POST",
        "CONTENT_TYPE": "application/x-www-form-urlencoded",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": BytesIO(body),
    }
    return Request({key: value for key, value in environ.items() if not key.startswith("werkzeug.request")})


def _json(content: Any, status: int = 200) -> Response:
    return Response(json.dumps(content), status, content_type="application/json")


def _unsigned(header: dict[str, Any], claims: dict[str, Any]) -> str:
    return ".".join(_base64(json.dumps(part).encode()) for part in (header, claims))


def _base64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _slow() -> Response:
    time.sleep(20)
    return _json({})


def _drops() -> Iterator[bytes]:
    for _ in range(60):
        time.sleep(0.5)
        yield b" "


FAULTS = {
    "html": lambda: Response("<h1>It works!</h1>", content_type="text/html"),
    "error": lambda: Response("", HTTPStatus.INTERNAL_SERVER_ERROR),
    "refused": lambda: _json({"error": "invalid_client"}, HTTPStatus.UNAUTHORIZED),
    "slow": _slow,
    "redirect": lambda: Response("", HTTPStatus.FOUND, {"Location": "http://localhost:9/"}),
    "huge": lambda: Response(b'{"a": "' + b"x" * 5_000_000 + b'"}', content_type="application/json"),
    "drip": lambda: Response(_drops(), content_type="application/json"),
    "list": lambda: _json(["issuer"]),
    "deep": lambda: Response("[" * 100_000, content_type="application/json"),
}


class Quiet(WSGIRequestHandler):
    def log(self, *_args: Any, **_kwargs: Any) -> None:
        return


if __name__ == "__main__":
    server = make_server("localhost", 0, TamperingProvider(), threaded=True, request_handler=Quiet)
    print(f"OpenID provider on http://localhost:{server.server_port}", flush=True)  # noqa: T201  Read by the process that starts this one.
    server.serve_forever()
