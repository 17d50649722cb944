"""The company's website in these tests, paths within its frames, and what a refused frame gets."""

ORIGIN = "https://www.company.example"
PREFIX = "/embed/in/https:www.company.example"
# A website that browsers count as one site with the portal, so that frames share the portal's session.
SAME_SITE_ORIGIN = "http://localhost:8002"
SAME_SITE_PREFIX = "/embed/in/http:localhost:8002"
# What a browser sends to load a frame on a page of the website.
IN_FRAME = {"Sec-Fetch-Dest": "iframe", "Sec-Fetch-Site": "cross-site", "Referer": f"{ORIGIN}/"}


def policy_of(response):
    parts = (part.strip().partition(" ") for part in response["Content-Security-Policy"].split(";"))
    return {name: value for name, _space, value in parts}


def is_refusal_page(response):
    """Whether the response is the page that refuses: it says so, and every website may show it."""
    has_text = "This page can’t be shown inside another page" in response.content.decode()
    return response.status_code == 403 and has_text and policy_of(response)["frame-ancestors"] == "*"
