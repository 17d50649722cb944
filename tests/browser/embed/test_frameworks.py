"""The npm package, packed, in new projects of vite with React and with Vue: types, rendering on a server, a browser."""

import io
import re
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.sync_api import Page, expect

from portal.embed.views.package import PACKAGE, TYPES, pack
from tests.browser.embed.embedding_site import EmbeddingSite, frame_of
from tests.browser.embed.frameworks import INSTALLED, Project, examples, run, tool

pytestmark = [pytest.mark.proof, pytest.mark.slow]

PROBLEMS = """
window.problems = [];
document.addEventListener("secure-inbox:problem", ({ detail }) => window.problems.push(detail));
"""
ALICE, BOB = "alice@example.com", "bob@example.com"


class Framework(NamedTuple):
    name: str
    checker: str
    server: str
    examples: dict[str, str]


FRAMEWORKS = [
    Framework("react", "tsc", "src/server.tsx", {"embedding/react.md": "tsx", "embedding/npm.md": "ts"}),
    Framework("vue", "vue-tsc", "src/server.ts", {"embedding/vue.md": "vue"}),
]


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    assert (INSTALLED / "done").exists(), "The frameworks are missing: make var/frameworks/done"
    with tempfile.TemporaryDirectory(dir=INSTALLED) as name:
        yield Path(name)


@pytest.fixture(scope="module", params=FRAMEWORKS, ids=lambda framework: framework.name)
def built(request, folder, server) -> dict[str, tuple[str, str]]:
    """The addresses of a website, whose sources are type-checked first, with the examples of the docs."""
    framework = request.param
    project = Project(framework.name, folder)
    for page, language in framework.examples.items():
        project.add_docs(page, language)
    project.check_types(framework.checker)
    return project.build(framework.server, server)


@pytest.fixture
def website(built, cross_site, alice, sandbox) -> EmbeddingSite:
    cross_site.list_with_hand_off()
    cross_site.answers |= built
    cross_site.customer = alice
    for number in range(3):
        sandbox.add(ALICE, f"For Alice alone {number}", securebox="Claims01")
    sandbox.add(BOB, "For Bob alone", securebox="Claims01")
    return cross_site


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def test_npm_packs_what_the_portal_gives(folder):
    packed = run("npm", "pack", "--silent", "--pack-destination", folder, PACKAGE, cwd=folder).strip()
    with tarfile.open(folder / packed) as npms, tarfile.open(fileobj=io.BytesIO(pack().plain)) as ours:
        assert sorted(npms.getnames()) == sorted(ours.getnames())


def test_the_server_renders_what_is_known_there(built):
    _type, page = built["/"]
    assert "unknown" in page and "Error: none" in page
    assert re.search(r"<secure-inbox-launcher [^>]*no-button", page)


def test_a_customer_uses_the_inbox_of_an_application(website, open_page, bob):
    page = open_page()
    page.add_init_script(PROBLEMS)
    page.goto(f"{website.url}/")
    expect(page.get_by_text("3 new", exact=True)).to_be_visible()
    expect(page.locator("secure-inbox-badge")).to_contain_text("3")
    for _ in range(10):
        press(page, "Turn the page")
        frame_of(page).get_by_role("link", name="For Alice alone 0").wait_for()
        expect(page.get_by_role("heading", name="Yours")).to_be_visible()
        press(page, "Turn the page")
        expect(page.locator("secure-inbox")).to_have_count(0)
        assert page.get_by_text("3 new", exact=True).is_visible()
    assert page.locator("script[src*='/embed/']").count() == 1
    assert page.locator("html > div").count() == 1, "There is one connection."
    assert page.evaluate("problems") == []
    messages = page.get_by_role("button", name="Messages", exact=True)
    messages.click()
    expect(page.get_by_role("dialog", name="Messages")).to_be_visible()
    expect(messages).to_have_attribute("aria-expanded", "true")
    expect(page.get_by_text("Opened: 1")).to_be_visible()
    page.locator("secure-inbox-launcher").get_by_role("button", name="Close").click()
    expect(messages).to_have_attribute("aria-expanded", "false")
    website.customer = bob
    press(page, "Become Bob")
    expect(page.get_by_text("1 new", exact=True)).to_be_visible()
    messages.click()
    frame_of(page).get_by_role("link", name="For Bob alone").wait_for()
    assert page.get_by_text("For Alice alone").count() == 0


def test_a_portal_that_does_not_answer_is_named_and_asked_again(website, open_page):
    page = open_page()
    page.route("**/embed/v1.js", lambda route: route.abort())
    page.goto(f"{website.url}/")
    expect(page.get_by_text("Error: unavailable")).to_be_visible()
    press(page, "Load again")
    expect(page.get_by_text("3 new", exact=True)).to_be_visible()
    expect(page.get_by_text("Error: none")).to_be_visible()


def test_a_policy_without_the_portal_is_named(website, plain_page):
    policy = website.headers["Content-Security-Policy"]
    website.headers["Content-Security-Policy"] = policy.replace(
        f"script-src 'self' {website.portal}", "script-src 'self'"
    )
    plain_page.goto(f"{website.url}/")
    expect(plain_page.get_by_text("Error: blocked")).to_be_visible()


def test_a_policy_of_trusted_types_and_one_without_referrers_are_kept(website, open_page):
    website.headers["Content-Security-Policy"] += "; trusted-types secure-inbox vue"
    website.headers["Referrer-Policy"] = "no-referrer"
    page = open_page()
    page.goto(f"{website.url}/")
    expect(page.get_by_text("3 new", exact=True)).to_be_visible()


def test_the_types_hold_in_a_template_of_svelte(folder):
    Project("svelte", folder).check_types("tsc")


def test_the_declarations_alone_can_be_copied_into_a_project(folder):
    """As docs/embedding.md says, with its example."""
    (folder / "v1.d.ts").write_text(TYPES.read_text())
    (folder / "example.ts").write_text(*examples("embedding.md", "ts"))
    options = (
        "--strict",
        "--noEmit",
        "--module",
        "esnext",
        "--moduleResolution",
        "bundler",
        "--target",
        "es2023",
    )
    run("node", tool("tsc"), *options, "example.ts", cwd=folder)
