"""The plugin in docs/hand-off, run by PHP with stand-ins for what it calls of WordPress."""

import json
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from portal.accounts.federation.errors import AddressNotConfirmed
from portal.accounts.federation.handoff.tokens import verify
from portal.accounts.models import Company
from tests.support import programs

pytestmark = pytest.mark.slow

PLUGIN = Path(__file__).parents[2] / "docs" / "hand-off" / "wordpress.php"
PORTAL, SITE = "https://mail.company.example", "https://www.company.example"

WORDPRESS = """<?php
$hooks = [];
function add_action($name, $function) { global $hooks; $hooks[$name] = $function; }
function add_shortcode($name, $function) { global $hooks; $hooks[$name] = $function; }
function apply_filters($name, $value) { return getenv('PROVED') === 'yes'; }
function shortcode_atts($known, $given) { return array_merge($known, array_intersect_key((array) $given, $known)); }
function esc_attr($text) { return htmlspecialchars($text); }
function home_url() { return 'https://www.company.example'; }
function admin_url($path) { return home_url() . "/wp-admin/$path"; }
function wp_parse_url($url) { return parse_url($url); }
function wp_json_encode($value) { return json_encode($value); }
function wp_print_inline_script_tag($text) { echo "<script>$text</script>"; }
function wp_print_script_tag($attributes) { echo json_encode($attributes); }
function nocache_headers() {}
function wp_send_json($value, $status = 200) { echo json_encode([$status, $value]); exit; }
function is_singular() { return true; }
function get_post() { return (object) ['post_content' => getenv('CONTENT')]; }
function has_shortcode($content, $name) { return str_contains($content, "[$name"); }
function wp_get_current_user() {
    return new class {
        public $ID = 7, $user_registered = '2026-01-02 03:04:05';
        public $user_email = 'ann@example.com', $display_name = 'Ann Berg';
        function exists() { return getenv('SIGNED_IN') === 'yes'; }
    };
}
$_SERVER['REQUEST_METHOD'] = getenv('METHOD') ?: 'POST';
$_SERVER['HTTP_ORIGIN'] = getenv('ORIGIN') ?: home_url();
require $argv[1];
echo $hooks[$argv[2]](json_decode($argv[3] ?? 'null', true));
"""


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture
def call(tmp_path, key):
    """A function that calls what the plugin has hooked to this name, and returns what it prints."""
    (tmp_path / "wordpress.php").write_text(WORDPRESS)
    pem = tmp_path / "hand-off.pem"
    pem.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))

    def call(hook: str, argument: object = None, **environment: str) -> str:
        settings = {
            "HAND_OFF_PORTAL": PORTAL,
            "HAND_OFF_ISSUER": SITE,
            "HAND_OFF_KEY_ID": "2026-11",
            "HAND_OFF_KEY_FILE": str(pem),
        }
        command = [programs.find("php"), "wordpress.php", str(PLUGIN), hook, json.dumps(argument)]
        done = subprocess.run(  # noqa: S603  A command of our own.
            command,
            cwd=tmp_path,
            env=settings | environment,
            capture_output=True,
            text=True,
            check=True,
            timeout=120,
        )
        assert done.stderr == ""
        return done.stdout

    return call


@pytest.fixture
def take(key, db, settings):
    """A function that verifies a token as the portal does."""
    settings.PORTAL_URL = PORTAL
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    company = Company.objects.create(name="Company", issuer=SITE)
    company.keys.create(key_id="2026-11", algorithm="RS256", public_key=public)
    return lambda answer: verify(json.loads(answer)[1]["token"], company, SITE)


def test_the_portal_accepts_its_token_for_whoever_is_signed_in(call, take):
    identity = take(call("wp_ajax_secure_inbox_token", SIGNED_IN="yes", PROVED="yes")).identity
    assert (identity.subject, identity.address) == ("7-1767323045", "ann@example.com")


def test_an_address_counts_as_unproved_until_the_website_says_otherwise(call, take):
    with pytest.raises(AddressNotConfirmed):
        take(call("wp_ajax_secure_inbox_token", SIGNED_IN="yes"))


def test_nobody_has_no_token(call):
    assert json.loads(call("wp_ajax_nopriv_secure_inbox_token")) == [200, {"token": None}]


@pytest.mark.parametrize(
    "request_", [{"METHOD": "GET"}, {"ORIGIN": "https://evil.example"}, {"ORIGIN": "null"}]
)
def test_other_pages_have_no_answer(call, request_):
    status, answer = json.loads(call("wp_ajax_secure_inbox_token", SIGNED_IN="yes", **request_))
    assert status == 403
    assert "token" not in answer


def test_the_page_asks_its_own_address_before_the_portals_script_comes(call):
    printed = call("wp_head")
    assert f'fetch("{SITE}/wp-admin/admin-ajax.php?action=secure_inbox_token"' in printed.replace("\\/", "/")
    assert printed.index("identify") < printed.replace("\\/", "/").index(f"{PORTAL}/embed/v1.js")


def test_a_page_has_the_launcher_or_the_inbox(call):
    assert call("wp_footer") == "<secure-inbox-launcher></secure-inbox-launcher>"
    assert call("wp_footer", CONTENT="[secure_inbox]") == ""
    assert (
        call("secure_inbox", {"securebox": 'claims"'})
        == '<secure-inbox securebox="claims&quot;"></secure-inbox>'
    )
