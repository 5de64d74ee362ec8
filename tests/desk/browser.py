"""A browser without a window: a signed-in person's cookies and forms, over HTTP."""

from html.parser import HTMLParser
from urllib.parse import urlsplit

from app.identity import queries as identity
from app.identity import tokens
from app.identity.cookies import SESSION
from tests.factories.identity import token_for


class Fields(HTMLParser):
    """What the form of an act would send if nobody typed anything."""

    def __init__(self):
        super().__init__()
        self.inside, self.values, self.action, self._select, self._area = False, {}, None, None, None

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "form" and "act" in (given.get("class") or "").split():
            self.inside, self.action = True, given["action"]
        if not self.inside:
            return
        if tag == "input" and given.get("name"):
            boxed = given.get("type") in ("checkbox", "radio")
            if not boxed or "checked" in given:
                self.values.setdefault(given["name"], []).append(given.get("value") or "")
        elif tag == "select":
            self._select = given["name"]
        elif tag == "option" and self._select and "selected" in given:
            self.values.setdefault(self._select, []).append(given["value"])
        elif tag == "textarea":
            self._area = given["name"]

    def handle_data(self, data):
        if self._area:
            self.values.setdefault(self._area, []).append(data)

    def handle_endtag(self, tag):
        if tag == "form":
            self.inside = False
        elif tag == "select":
            self._select = None
        elif tag == "textarea":
            self._area = None


class Desk:
    """A person at a desk."""

    def __init__(self, app, actor):
        self.client = app.test_client()
        with app.app_context():
            token = token_for(actor.id, device="桌面浏览器")
            self.csrf = tokens.csrf(identity.signed_in(token).person.session_id)
        self.client.set_cookie(SESSION, token)

    def get(self, path, **more):
        """Look at a page."""
        return self.client.get(path, headers={"Accept": "text/html", **more.pop("headers", {})}, **more)

    def part(self, path):
        """Look at what htmx would take into a page."""
        return self.get(path, headers={"HX-Request": "true"})

    def post(self, path, data, **more):
        """Send a form."""
        sent = {"csrf_token": self.csrf, **data}
        return self.client.post(path, data=sent, headers={"Accept": "text/html"}, **more)

    def form(self, case, action, **query):
        """Open the form of an act; return its address and what it holds."""
        case_id = case["case_id"] if isinstance(case, dict) else case
        answer = self.client.get(f"/desk/cases/{case_id}/act/{action}", query_string=query, headers={"HX-Request": "1"})
        assert answer.status_code == 200, answer.text
        read = Fields()
        read.feed(answer.text)
        return read.action, read.values

    def act(self, case, action, query=None, **data):
        """Open a form, fill it in, send it; return the answer."""
        address, values = self.form(case, action, **(query or {}))
        return self.post(address, {**values, **data})


def path_of(answer):
    """Where an answer leads, without what was said along."""
    return urlsplit(answer.headers["Location"]).path
