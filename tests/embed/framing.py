"""The company's website of these tests, and addresses within its frames."""

HOST = "https://www.company.example"
PREFIX = "/embed/in/https:www.company.example"
# What a browser tells of a frame that it is about to fill, on a page of this website.
IN_FRAME = {"Sec-Fetch-Dest": "iframe", "Sec-Fetch-Site": "cross-site", "Referer": f"{HOST}/"}


def policy_of(response):
    parts = (part.strip().partition(" ") for part in response["Content-Security-Policy"].split(";"))
    return {name: value for name, _space, value in parts}


def is_refused(response):
    """Whether the answer is the page that says so: it holds a link, and may be shown by anybody."""
    said = "This page is not shown inside other pages" in response.content.decode()
    return response.status_code == 403 and said and policy_of(response)["frame-ancestors"] == "*"
