"""Whether a birth date agrees with what a question says, and with what is applied for: it never changes either by itself."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy.orm import Session

from portal.cases.applications.queries import fails_because_of
from portal.cases.questions.models import DevelopmentQuestion
from portal.cases.wrong_facts import birth_of, require_same_year
from portal.framework.catalogue.queries import SchemeInForce, catalogue
from portal.platform.errors import Refusal
from portal.platform.i18n import lazy_gettext as _l
from portal.platform.i18n import localized


def require_known_birth(question: DevelopmentQuestion, born: date) -> None:
    """Refuse a birth date that is another than the one the question says, or is in another year. Both are in the message."""
    known = birth_of(question.facts.get("birth_date"))
    if known is not None and known != born:
        message = _l(
            "Er staat al geboortedatum %(known)s, en hier staat %(given)s. Die passen niet bij elkaar. Kijk welke klopt. Is de "
            "eerste fout? Vraag dan het loket om die eerst te veranderen.",
            known=_said(known),
            given=_said(born),
        )
        raise Refusal("birth_date_contradicts", message, field="birth_date")
    require_same_year(question.facts, born)


def require_fitting_birth(
    session: Session, *, question: DevelopmentQuestion, held: Iterable[SchemeInForce], born: date, on: date
) -> None:
    """Refuse a birth date by which a scheme that is applied for can no longer be given. It is shown beside what was known.

    Who is known to be too old or too young already is not refused here: that is decided on the application.
    """
    facts = birth_facts(session, born)
    failing = fails_because_of(session, question=question, held=held, on=on, facts=facts)
    if not failing:
        return
    scheme = localized(failing[0].definition.title)
    known = birth_of(question.facts.get("birth_date"))
    before = _said(known) if known is not None else question.facts.get("birth_year")
    if before in (None, "unknown"):
        message = _l(
            "Met geboortedatum %(given)s kan deze regeling niet: %(scheme)s. Er stond nog geen geboortejaar. Kijk of de datum "
            "klopt, of laat deze regeling weg.",
            given=_said(born),
            scheme=scheme,
        )
    else:
        message = _l(
            "Met geboortedatum %(given)s kan deze regeling niet: %(scheme)s. Er stond: %(known)s. Kijk of de datum klopt, of "
            "laat deze regeling weg.",
            given=_said(born),
            scheme=scheme,
            known=before,
        )
    raise Refusal("birth_date_does_not_fit", message, field="birth_date")


def birth_facts(session: Session, born: date) -> dict[str, object]:
    """A birth date as the facts that this region has of it: the date, and its year."""
    known = catalogue(session).facts
    both = {"birth_date": born.isoformat(), "birth_year": born.year}
    return {key: value for key, value in both.items() if key in known}


def _said(day: date) -> str:
    return f"{day:%d-%m-%Y}"
