"""Looking for a training of the region: the form, what it finds, and one training in full; for all audiences."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import request

from portal.cases.questions.models import DevelopmentQuestion
from portal.framework.training_files.columns import FORMS
from portal.framework.trainings.models import RegionTraining, TeachingForm
from portal.framework.trainings.queries import (
    TrainingSearch,
    distances_from,
    municipality_names,
    number_found,
    own_municipalities,
    placed_municipalities,
    sectors,
    trainings_found,
)
from portal.platform.clock import today
from portal.platform.database import current_session
from portal.platform.i18n import LazyString, format_date, format_euros, format_list, have_cents, localized, ngettext
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.spending.providers.queries import listed_provider
from portal.web.edge.listing import paging
from portal.web.forms import ChoiceField, ConfirmField, EuroField, Form, TextField, add_error
from portal.web.intake.nearby import Nearby, home_of, nearby
from portal.words.wording import category_label

ANY = ("", _l("Maakt niet uit"))
LEVELS: Mapping[int, LazyString] = {
    1: _l("1: mbo 1, vmbo basis"),
    2: _l("2: mbo 2"),
    3: _l("3: mbo 3"),
    4: _l("4: mbo 4, havo"),
    5: _l("5: associate degree"),
    6: _l("6: hbo of universiteit, bachelor"),
    7: _l("7: master"),
    8: _l("8: doctor"),
}
DISTANCES = (5, 10, 25, 50)
"""How far a training may be, in kilometres."""


class FindTrainingForm(Form):
    """What somebody looks for. It stands in the address, so that it can be shared.

    From where distances are counted is asked when no question says it (`known_home`), and not at all in a region that does not
    say where municipalities lie. What a question says never comes into the address.
    """

    q = TextField(_l("Woorden"), optional=True, maximum=100)
    level = ChoiceField(
        _l("Niveau (NLQF)"), optional=True, choices=[ANY, *((str(key), text) for key, text in LEVELS.items())]
    )
    how = ChoiceField(_l("Vorm"), optional=True, choices=[ANY, *((key.value, text) for key, text in FORMS.items())])
    sector = ChoiceField(_l("Sector"), optional=True)
    place = ChoiceField(_l("Gemeente"), optional=True)
    home = ChoiceField(_l("Afstand vanaf welke gemeente?"), optional=True)
    within = ChoiceField(
        _l("Hoe ver weg mag het zijn?"),
        optional=True,
        choices=[ANY, *((str(km), _l("hoogstens %(km)s km", km=km)) for km in DISTANCES)],
    )
    up_to = EuroField(_l("Kost hoogstens"), optional=True)
    evening = ConfirmField(_l("Alleen in de avond of het weekend"))
    shortage = ConfirmField(_l("Alleen voor beroepen met een tekort aan mensen"))

    def __init__(self, *args: Any, known_home: str | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        session = current_session()
        self.placed = placed_municipalities(session, on=today())
        self.home.choices = [("", _l("Kies een gemeente")), *self.placed.items()]
        self.known_home, self.home_name = known_home, self.placed.get(known_home or "")
        if self.home_name is not None or not self.placed:
            del self.home
        if not self.placed:
            del self.within
        self.sector.choices = [ANY, *((key, localized(label)) for key, label in sectors(session).items())]
        self.place.choices = [ANY, *own_municipalities(session, on=today()).items()]

    @property
    def lives_in(self) -> str | None:
        """The CBS code of the municipality that distances are counted from; None when it is not known."""
        chosen = self.home.data if "home" in self and not self.home.errors else None
        return chosen or self.known_home

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether all of it is right. How far something may be says nothing without from where."""
        fine = bool(super().validate(extra_validators))
        if "home" in self and self.within.data and not (self.home.data or self.home.errors):
            add_error(self.home, _("Kies een gemeente. Dan weten wij hoe ver het is."))
            return False
        return fine

    def search(self, *, retired: bool = False) -> TrainingSearch:
        """What was filled in; what is wrong does not count."""
        told = {field.name: None if field.errors else field.data for field in self}
        within = told.get("within") if self.lives_in in self.placed else None
        return TrainingSearch(
            words=told["q"] or "",
            level=int(told["level"]) if told["level"] else None,
            form=TeachingForm(told["how"]) if told["how"] else None,
            evening=bool(told["evening"]),
            sector=told["sector"],
            shortage=bool(told["shortage"]),
            up_to_cents=told["up_to"],
            municipality=told["place"],
            km=distances_from(current_session(), home=self.lives_in, on=today()),
            within_km=int(within) if within else None,
            retired=retired,
        )


def found_trainings(
    question: DevelopmentQuestion | None = None, /, *, retired: bool = False, **more: str
) -> dict[str, Any]:
    """What a page of a search shows: the form, the trainings of this page, how many there are, and how to go on.

    With a question distances are counted from where that is asked from.
    """
    session, on = current_session(), today()
    home = home_of(session, question, on=on) if question is not None else None
    form = FindTrainingForm(formdata=request.args, known_home=home)
    form.validate()
    search = form.search(retired=retired)
    total = number_found(session, search=search)
    place = paging(total)
    rows = trainings_found(session, search=search, limit=place.size, offset=place.offset)
    places = nearby(session, home=form.lives_in, on=on)
    asked = {key: value for key, value in request.args.items() if key != "page" and key in form._fields and value}
    return {
        "form": form,
        "rows": [row_of(training, places) for training in rows],
        "total": total,
        "paging": place,
        "asked": {**asked, **more},
    }


def row_of(training: RegionTraining, places: Nearby) -> dict[str, Any]:
    """A training in a list."""
    about = [training.provider_name, places.where(training.municipality), str(FORMS[training.form])]
    if training.evening:
        about.append(_("avond of weekend"))
    if training.level is not None:
        about.append(_("niveau %(level)s", level=training.level))
    return {
        "id": training.public_id,
        "name": training.name,
        "about": " · ".join(part for part in about if part),
        "when": start_of(training, today()),
        "costs": format_euros(training.total_cents) if training.prices else _("prijs niet bekend"),
        "shortage": training.shortage,
        "source": _("%(source)s, stand van %(day)s", source=training.source, day=format_date(training.as_of)),
    }


def start_of(training: RegionTraining, on: date) -> str:
    """When one can start, from a day on."""
    coming = [day for day in map(date.fromisoformat, training.starts) if day >= on]
    if training.any_time:
        return _("U kunt elk moment beginnen")
    if coming:
        return _("Begint op %(day)s", day=format_date(coming[0]))
    return _("Vraag de opleider wanneer de opleiding begint")


def sheet_of_training(training: RegionTraining) -> dict[str, Any]:
    """One training in full: what is known of it, what it costs, and where that comes from."""
    session = current_session()
    label = sectors(session).get(training.sector or "")
    coming = [day for day in map(date.fromisoformat, training.starts) if day >= today()]
    facts: list[tuple[Any, Any]] = [
        (_("Opleider"), training.provider_name),
        (_("Niveau (NLQF)"), str(LEVELS[training.level]) if training.level is not None else None),
        (_("Crebo-nummer"), training.crebo),
        (_("Croho-nummer"), training.croho),
        (_("Sector"), localized(label) if label is not None else None),
        (_("Vorm"), str(FORMS[training.form])),
        (_("Avond of weekend"), _("Ja") if training.evening else _("Nee")),
        (_("Gemeente"), municipality_names(session, on=today()).get(training.municipality or "")),
        (_("Begint op"), format_list(format_date(day) for day in coming) if coming else start_of(training, today())),
        (_("Duur"), _duration(training)),
    ]
    total = training.total_cents
    exact = have_cents(cents for line in training.prices for cents in (line.amount_cents, line.vat_cents or 0))
    costs = [_cost(line, exact=exact) for line in training.prices]
    return {
        "facts": [{"label": name, "value": value} for name, value in facts if value is not None],
        "costs": costs,
        "foot": [_("Samen"), format_euros(total, exact=exact), ""],
        "listed": listed_provider(session, kvk_number=training.provider_kvk),
        "source": training.source,
        "as_of": training.as_of,
    }


def _cost(line: Any, *, exact: bool) -> list[Any]:
    name = category_label(line.category)
    vat = format_euros(line.vat_cents, exact=exact) if line.vat_cents else _("geen")
    return [name[:1].upper() + name[1:], format_euros(line.amount_cents, exact=exact), vat]


def _duration(training: RegionTraining) -> str | None:
    parts = []
    if training.weeks is not None:
        parts.append(ngettext("%(num)s week", "%(num)s weken", training.weeks))
    if training.hours is not None:
        parts.append(ngettext("%(num)s uur in totaal", "%(num)s uren in totaal", training.hours))
    return ", ".join(parts) or None
