"""A page with a form as a browser would send it: every field of the HTML as it stands, and the button that is pressed."""

from __future__ import annotations

from typing import Any

from werkzeug.test import TestResponse

from portal.framework.catalogue.models import SchemeVersion
from portal.people.accounts.models import Account, Role
from portal.publishing.workshop.queries import cases_document_of, document_of
from tests.web.browser import Browser, make_account
from tests.web.office import Office
from tests.web.walking import soup_of

SCHEME = "leervoucher"
Fields = dict[str, list[str]]


def an_owner(office: Office, name: str | None = None) -> Account:
    """Somebody of the organisation that owns the schemes of Proefland."""
    return make_account(office.engine, Role.OWNER, organisation="regio-proefland", name=name)


def fields_in(answer: TestResponse, action: str = "") -> Fields:
    """What the browser would send of the form with this action (the large one when none is given), no button pressed."""
    forms = soup_of(answer).find("main").find_all("form")
    chosen = [form for form in forms if form.get("action") == action] if action else forms
    [form] = chosen if action else [max(chosen, key=lambda one: len(str(one)))]
    found: Fields = {}
    for field in form.find_all(["input", "select", "textarea"]):
        name, kind = field.get("name"), field.get("type")
        if not name or (kind in ("checkbox", "radio") and not field.has_attr("checked")) or kind == "file":
            continue
        if field.name == "select":
            chosen_options = field.find_all("option", selected=True) or field.find_all("option")[:1]
            values = [str(option["value"]) for option in chosen_options]
        elif field.name == "textarea":
            values = [field.get_text().removeprefix("\n").replace("\n", "\r\n")]
        else:
            values = [str(field.get("value", ""))]
        found.setdefault(name, []).extend(values)
    return found


class Editing:
    """Somebody in the form of a draft."""

    def __init__(self, office: Office, account: Account | None = None, scheme: str = SCHEME) -> None:
        self.office = office
        self.browser: Browser = office.browser("owner", account or an_owner(office))
        self.browser.post(f"/eigenaar/regeling/{scheme}/concept")
        assert self.browser.last is not None
        assert self.browser.last.status_code == 303, self.browser.last.text[:500]
        self.base = self.browser.last.location.rsplit("/", 1)[0]

    def open(self, part: str) -> TestResponse:
        """One page of the form."""
        return self.browser.get(f"{self.base}/{part}")

    def send(self, part: str, do: str = "", *, sent: Fields | None = None, **changes: Any) -> TestResponse:
        """Send a page with some fields changed (`__` in a name is a point; None leaves it out), by a button."""
        fields = dict(sent if sent is not None else fields_in(self.open(part)))
        for name, value in changes.items():
            path = name.replace("__", ".")
            fields.pop(path, None)
            if value is not None:
                fields[path] = value if isinstance(value, list) else [value]
        if do:
            fields["do"] = [do]
        return self.browser.client.post(f"{self.base}/{part}", data=fields)

    @property
    def version(self) -> SchemeVersion:
        """The draft as it is stored."""
        scheme, number = self.base.split("/")[3], int(self.base.split("/")[5])

        def work(session: Any) -> SchemeVersion:
            rows = session.query(SchemeVersion).filter(SchemeVersion.version == number)
            return next(row for row in rows if row.scheme.slug == scheme)

        return self.office.do(work)

    @property
    def document(self) -> dict[str, Any]:
        """What the draft says."""
        return document_of(self.version)

    @property
    def cases(self) -> dict[str, Any] | None:
        """Its cases."""
        return cases_document_of(self.version)
