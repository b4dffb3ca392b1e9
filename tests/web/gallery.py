"""A test-only application that shows every component, with and without errors. No database, no accounts."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

from flask import Flask, abort, render_template, request
from jinja2 import ChoiceLoader, FileSystemLoader
from werkzeug.datastructures import MultiDict

from portal.platform import i18n
from portal.web.edge import assets
from portal.web.edge.sight import SeenOtherwise
from portal.web.forms import (
    ChoiceField,
    ChoicesField,
    ConfirmField,
    DutchDateField,
    EmailField,
    EuroField,
    FieldList,
    FormField,
    PhoneField,
    PostcodeField,
    SubForm,
    TextField,
    WholeNumberField,
    YesNoField,
)

ROOT = Path(__file__).resolve().parents[2]
CSP = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'"
PAGES = ("vraag", "velden", "kosten", "uitkomst", "controle", "zaak", "geld", "leeg", "bevestiging")
CATEGORIES = [("tuition", "Lesgeld"), ("exam", "Examen"), ("books", "Boeken en materiaal"), ("travel", "Reiskosten")]
SITUATIONS = [
    ("employee_permanent", "Ik heb een vaste baan"),
    ("employee_temporary", "Ik heb een tijdelijke baan"),
    ("self_employed", "Ik werk voor mezelf"),
    ("job_seeker", "Ik zoek werk"),
    ("other", "Iets anders"),
]
GOALS = [
    ("keep", "Mijn werk houden"),
    ("other_job", "Ander werk"),
    ("own", "Een eigen bedrijf"),
    ("basic", "Beter lezen, rekenen of computeren"),
]


class CostForm(SubForm):
    category = ChoiceField("Soort kosten", choices=CATEGORIES, missing="Kies waar deze kosten voor zijn.")
    amount = EuroField("Bedrag", missing="Vul een bedrag in, bijvoorbeeld 1.250.")
    description = TextField("Omschrijving", optional=True)


class QuestionForm(SubForm):
    pays = YesNoField("Betaalt uw werkgever mee?", missing="Kies of uw werkgever meebetaalt.", unknown=True)
    amount = EuroField("Welk bedrag?", missing="Vul in welk bedrag uw werkgever betaalt.")


class FieldsForm(SubForm):
    wish = TextField(
        "Wat wilt u leren of bereiken?",
        missing="Vertel in een paar woorden wat u wilt leren of bereiken.",
        multiline=True,
    )
    goals = ChoicesField("Waar helpt dit bij?", choices=GOALS, missing="Kies minstens één doel.")
    situation = ChoiceField("Wat is uw werk nu?", choices=SITUATIONS, missing="Kies wat het best bij u past.")
    postcode = PostcodeField("Postcode", missing="Vul uw postcode in, bijvoorbeeld 7411 AB.")
    born = DutchDateField("Geboortedatum", missing="Vul uw geboortedatum in, bijvoorbeeld 31-12-1985.")
    hours = WholeNumberField("Hoeveel uur werkt u?", missing="Vul in hoeveel uur u per week werkt.", at_most=60)
    wage = EuroField("Wat verdient u per maand?", optional=True)
    municipality = ChoiceField(
        "Gemeente",
        choices=[("", "Kies een gemeente"), ("GM0200", "Apeldoorn"), ("GM0150", "Deventer")],
        missing="Kies uw gemeente.",
    )
    email = EmailField("E-mailadres", missing="Vul uw e-mailadres in, zoals naam@voorbeeld.nl.")
    phone = PhoneField("Telefoonnummer", optional=True)
    provider = TextField("Bij welke opleider?", optional=True)
    confirmed = ConfirmField("Ik heb alles naar waarheid ingevuld.", missing="Zet een vinkje als alles klopt.")


class CostsForm(SubForm):
    lines = FieldList(FormField(CostForm), min_entries=1, label="Kosten")


FILLED: dict[str, list[tuple[str, str]]] = {
    "vraag": [("pays", "yes"), ("amount", "750")],
    "velden": [
        ("goals", "keep"),
        ("goals", "other_job"),
        ("situation", "employee_permanent"),
        ("postcode", "7411 AB"),
        ("hours", "32"),
        ("wage", "2.450"),
        ("wish", "Ik wil monteur worden."),
    ],
    "kosten": [
        ("lines-0-category", "tuition"),
        ("lines-0-amount", "2.750"),
        ("lines-0-description", "Monteur warmtepompen, jaar 1"),
        ("lines-1-category", "exam"),
        ("lines-1-amount", "250,00"),
    ],
}
WRONG: dict[str, list[tuple[str, str]]] = {
    "vraag": [("pays", "yes"), ("amount", "veel")],
    "velden": [("postcode", "12"), ("hours", "-4"), ("email", "naam@"), ("wage", "1,234,5")],
    "kosten": [
        ("lines-0-category", "tuition"),
        ("lines-0-amount", "twee"),
        ("lines-1-category", "exam"),
        ("lines-1-amount", ""),
    ],
}
FORMS: dict[str, type[SubForm]] = {"vraag": QuestionForm, "velden": FieldsForm, "kosten": CostsForm}

PARTS = [
    {"label": "Ontwikkelfonds, voucher", "cents": 225000, "kind": "scheme", "covers": "lesgeld en examen"},
    {"label": "Sectorfonds OOM", "cents": 40000, "kind": "sector", "covers": "lesgeld"},
    {"label": "Uw werkgever", "cents": 35000, "kind": "employer", "covers": "lesgeld", "note": "heeft ja gezegd"},
    {"label": "U zelf", "cents": 15000, "kind": "own", "covers": "boeken"},
]
PAYERS = [
    {"key": "fund", "label": "Ontwikkelfonds", "kind": "scheme"},
    {"key": "sector", "label": "OOM", "kind": "sector"},
    {"key": "employer", "label": "Werkgever", "kind": "employer"},
    {"key": "own", "label": "Zelf", "kind": "own"},
]
LINES = [
    {"label": "Lesgeld", "cents": 275000, "shares": {"fund": 200000, "sector": 40000, "employer": 35000}},
    {"label": "Examen", "cents": 25000, "shares": {"fund": 25000}},
    {"label": "Boeken", "cents": 15000, "shares": {"own": 15000}, "note": "niet gedekt door een regeling"},
]


def form_for(page: str, state: str) -> SubForm | None:
    """The form of a page: empty, filled in, or with errors."""
    if page not in FORMS:
        return None
    rows = {"gevuld": FILLED, "fout": WRONG}.get(state, {}).get(page)
    form = FORMS[page](MultiDict(rows) if rows else None)
    if state == "fout":
        form.validate()
    return form


def make_gallery(theme_css: str = "") -> Flask:
    """The application, with a content security policy as strict as that of the real one."""
    app = Flask("gallery", static_folder=str(ROOT / "portal" / "web" / "static"))
    app.config["THEME_CSS"] = theme_css
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = 3600  # kept by a browser, as those of the real one
    env: Any = app.jinja_env
    env.trim_blocks = env.lstrip_blocks = True
    env.loader = ChoiceLoader(
        [FileSystemLoader(ROOT / "templates"), FileSystemLoader(Path(__file__).parent / "gallery_templates")]
    )
    env.add_extension("jinja2.ext.i18n")
    env.install_gettext_callables(i18n.gettext, i18n.ngettext, newstyle=False)
    env.filters.update(i18n.FILTERS)
    actor = SimpleNamespace(display_name=None, audience="resident", is_helping=False)
    env.globals.update(
        {
            name: getattr(assets, name)
            for name in (
                "static_url",
                "theme_url",
                "theme_class",
                "form_errors",
                "bar_looks",
                "bar_segments",
                "bars_shown",
            )
        },
        navigation=_navigation,
        navigation_groups=list,
        find_url=lambda: None,
        form_tokens=lambda: "",
        session_end=lambda: None,
        seen_otherwise=lambda: (
            [SeenOtherwise("Bedrag", "€ 2.095,00", "€ 1.150,00")] if request.args.get("staat") == "fout" else []
        ),
        current_actor=lambda: actor,
        current_locale=i18n.current_locale,
        locales={"nl": "Nederlands", "en": "English"},
        language_url=lambda code: f"?taal={code}",
        settings=SimpleNamespace(is_demo=True),
        desk=SimpleNamespace(
            name="Ontwikkelloket Stedendriehoek",
            phone="0570 12 34 56",
            hours={"nl": "maandag tot en met vrijdag van 9.00 tot 17.00 uur", "en": "Monday to Friday, 9:00 to 17:00"},
            email="loket@example.nl",
        ),
    )
    app.add_url_rule("/<page>", "page", _page, methods=["GET", "POST"])
    app.add_url_rule("/thema.css", assets.THEME_ENDPOINT, assets.theme)
    app.add_url_rule("/fout/<int:code>", "error", lambda code: render_template(f"errors/{code}.html"))

    @app.after_request
    def policy(response: Any) -> Any:
        response.headers["Content-Security-Policy"] = CSP
        return response

    return app


def _navigation(place: str = "menu") -> list[SimpleNamespace]:
    names = (
        ("Privacy", "Toegankelijkheid", "Zo rekenen wij", "Contact")
        if place == "footer"
        else ("Mijn vraag", "Regelingen")
    )
    return [SimpleNamespace(text=name, href=f"/{name}", current=name == "Mijn vraag") for name in names]


def _page(page: str) -> str:
    if page not in PAGES:
        abort(404)
    return render_template(
        f"{page}.html", form=form_for(page, request.args.get("staat", "")), parts=PARTS, payers=PAYERS, lines=LINES
    )
