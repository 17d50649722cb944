import re

import requests

from portal.demo.cast import Person
from tests.support.session import Session


class Visitor(Session):
    """A browser on the company's website. It keeps cookies, and posts forms with the CSRF token of their page."""

    def __init__(self, root: str) -> None:
        super().__init__()
        self.root = root

    def page(self, path: str) -> str:
        return self.get(self.root + path).text

    def fill_in(self, path: str, page: str, **form: str) -> requests.Response:
        token = re.search(r'csrfmiddlewaretoken" value="([^"]+)', self.page(page))
        assert token
        return self.post(self.root + path, {"csrfmiddlewaretoken": token[1], **form}, allow_redirects=False)

    def sign_in(self, person: Person, path: str = "/sign-in/") -> requests.Response:
        return self.fill_in(path, path, email=person.address, password=person.password)

    def ask_for_token(self, **headers: str) -> requests.Response:
        return self.post(f"{self.root}/secure-inbox/token/", headers={"Origin": self.root} | headers)
