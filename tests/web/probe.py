"""Screens that do what no screen should, to see what the edge makes of it, and the application that has them."""

from __future__ import annotations

import secrets
from pathlib import Path

import pytest
from flask import Blueprint, Flask, redirect
from sqlalchemy import Engine

from portal import create_app
from portal.people.accounts.models import Organisation
from portal.people.accounts.queries import organisations
from portal.platform.clock import now
from portal.platform.database import current_session, unit_of_work
from portal.platform.errors import Busy, Refusal, StorageFull
from portal.web.edge import found, page, repeatable, start_over
from portal.web.edge import policy as access
from portal.web.edge.policy import note_viewing
from portal.web.edge.session import enter_question
from portal.web.forms import Form, TextField
from tests.web.apps import settings_for
from tests.web.browser import SYSTEM


class NameForm(Form):
    name = TextField("Naam", missing="Vul een naam in.")


def add_organisation(name: str) -> None:
    session = current_session()
    session.add(
        Organisation(
            public_id=secrets.token_urlsafe(16),
            slug=secrets.token_hex(4),
            name=name,
            kind="desk",
            created_at=now(),
            created_by=SYSTEM.reference,
        )
    )
    session.flush()


def probe() -> Blueprint:  # noqa: C901 - a list of small screens
    """Screens that do what no screen should, to see what the edge makes of it."""
    blueprint = Blueprint("probe", __name__, url_prefix="/probe")
    seen = {"tries": 0}

    @blueprint.route("/name", methods=["GET", "POST"])
    def name():
        form = NameForm()
        if form.validate_on_submit():
            with form.refusals():
                if form.name.data == "weiger":
                    add_organisation("half done")
                    raise Refusal("refused", "Dit kan nu niet.", field="name")
                add_organisation(form.name.data)
                return redirect("/probe/name", code=303)
        return page("probe.html", form=form)

    @blueprint.post("/instead")
    def instead():
        add_organisation("half done")
        start_over()
        add_organisation("instead")
        return redirect("/probe/name", code=303)

    @blueprint.post("/draft")
    @repeatable
    def draft():
        return redirect("/probe/name", code=303)

    @blueprint.post("/forgets-redirect")
    def forgets_redirect():
        add_organisation("shown at once")
        return "done"

    @blueprint.post("/<int:status>")
    def answers(status: int):
        add_organisation(f"with {status}")
        return "no", status

    @blueprint.get("/500")
    def fails():
        raise ValueError("a fault with a name in it: Fatima")

    @blueprint.get("/busy")
    def busy():
        raise Busy("no luck")

    @blueprint.get("/full")
    def full():
        raise StorageFull("no room")

    @blueprint.get("/refused")
    def refused():
        raise Refusal("no", "Dit mag nu niet.")

    @blueprint.get("/writes-on-get")
    def writes_on_get():
        add_organisation("by a GET")
        return "ok"

    @blueprint.get("/case")
    def case():
        note_viewing(question_id=7)
        return "a case"

    @blueprint.post("/enter")
    def enter():
        add_organisation("entered")
        enter_question(question_id=11, audience=access.Audience.RESIDENT)
        return redirect("/probe/mine", code=303)

    @blueprint.get("/mine")
    def mine():
        found(access.current_actor().question_id)
        return "yours"

    @blueprint.post("/unlucky")
    def unlucky():
        seen["tries"] += 1
        add_organisation(f"try {seen['tries']}")
        if seen["tries"] < 3:
            raise lock_error()
        return redirect("/", code=303)

    return blueprint


def lock_error() -> Exception:
    import pysqlite3.dbapi2 as driver
    from sqlalchemy.exc import OperationalError

    error = driver.OperationalError("database is locked")
    error.sqlite_errorcode = driver.SQLITE_BUSY
    return OperationalError("COMMIT", {}, error)


def probe_app(engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The application with the probe screens, and errors answered as in production."""
    from portal.web import blueprints

    real = blueprints.register

    def register(app: Flask) -> None:
        real(app)
        part = probe()
        app.register_blueprint(part)
        for rule in app.url_map.iter_rules():
            if rule.endpoint.startswith("probe."):
                monkeypatch.setitem(access.POLICY, rule.endpoint, access.ANYONE)

    monkeypatch.setattr(blueprints, "SCREENS", ("access",))
    monkeypatch.setattr(blueprints, "register", register)
    made = create_app(settings_for(tmp_path), engine=engine)
    made.config["PROPAGATE_EXCEPTIONS"] = False
    from jinja2 import ChoiceLoader, DictLoader

    made.jinja_env.loader = ChoiceLoader([made.jinja_env.loader, DictLoader({"probe.html": PROBE})])
    return made


PROBE = """{% for error in form.name.errors %}<p class="error">{{ error }}</p>{% endfor %}
<form method="post">{{ form_tokens() }}<input name="name" value="{{ form.name._value() }}"></form>"""


def names(engine: Engine) -> list[str]:
    return unit_of_work(engine, lambda s: [o.name for o in organisations(s)], read_only=True)
