"""What the docs tell websites to paste, pasted."""

import re

from django.conf import settings
from playwright.sync_api import expect

DOCS = settings.BASE_DIR / "docs"
PORTAL = "https://mail.company.example"


def block(page: str, beginning: str) -> str:
    """The code block of this page of the docs that begins with this text."""
    blocks = (DOCS / page).read_text().split("```")[1::2]
    return next(
        text.partition("\n")[2] for text in blocks if text.partition("\n")[2].lstrip().startswith(beginning)
    )


def test_the_tag_of_a_tag_manager_brings_one_launcher(visit, company_site, fake_portal):
    policy = company_site.headers["Content-Security-Policy"]
    company_site.headers["Content-Security-Policy"] = policy.partition("; require-trusted-types-for")[0]
    script = re.sub("</?script>", "", block("embedding/tag-managers.md", "<script>"))
    tag = script.replace(PORTAL, fake_portal.url)
    page = visit(before=f"addEventListener('DOMContentLoaded', () => {{ {tag} {tag} }})").page
    expect(page.get_by_role("button", name="Messages")).to_have_count(1)


def test_a_button_of_the_page_opens_the_panel(visit):
    script = block("embedding.md", 'document.querySelector("#messages")')
    page = visit(block("embedding.md", '<button id="messages"')).page
    page.evaluate(script)
    page.get_by_role("button", name="Messages").click()
    expect(page.get_by_role("dialog", name="Messages")).to_be_visible()
    page.get_by_role("button", name="Close").click()
    expect(page.get_by_role("button", name="Messages")).to_be_focused()
