"""How far trainings are from where somebody lives, or from the company of an employer that asks: in kilometres, in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from portal.cases.questions.models import DevelopmentQuestion, Route
from portal.framework.catalogue.queries import catalogue
from portal.framework.trainings.queries import distances_from, municipality_names
from portal.platform.i18n import gettext as _
from schemes.facts.references import municipalities_for_postcode


@dataclass(frozen=True)
class Nearby:
    """The municipalities by name, and how far each is from one of them in kilometres, both by CBS code."""

    names: Mapping[str, str]
    km: Mapping[str, int]

    def how_far(self, code: str | None) -> str:
        """The distance in words; empty for what is online, and while it is not known."""
        km = self.km.get(code or "")
        if km is None:
            return ""
        return _("ongeveer %(km)s km (hemelsbreed)", km=km) if km else _("in uw gemeente")

    def where(self, code: str | None) -> str:
        """The municipality with how far it is; empty for what is online."""
        return ", ".join(part for part in (self.names.get(code or "", ""), self.how_far(code)) if part)


def nearby(session: Session, *, home: str | None, on: date) -> Nearby:
    """What is said of places to somebody who lives in this municipality; without one no distances."""
    return Nearby(municipality_names(session, on=on), distances_from(session, home=home, on=on))


def home_of(session: Session, question: DevelopmentQuestion, *, on: date) -> str | None:
    """The municipality that a question is asked from: of the person, or of the company. None while it is not known.

    A postcode says it only when it lies in one municipality.
    """
    told = question.facts.get("employer_municipality" if question.route is Route.EMPLOYER else "residence_municipality")
    if isinstance(told, str) and told in municipality_names(session, on=on):
        return told
    digits = question.facts.get("residence_postcode")
    if told is not None or question.route is Route.EMPLOYER or not isinstance(digits, str):
        return None
    found = municipalities_for_postcode(catalogue(session).references, digits, on)
    return found[0].code if len(found) == 1 else None
