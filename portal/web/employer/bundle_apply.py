"""One application for all that was sent together: the employer fills in itself once, and of each employee what only they have."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal.awarding.of_employer import EmployerRow, rows_of_employer
from portal.cases.applications.actions import ApplicantDetails, AppliedFor, apply_together
from portal.cases.applications.queries import schemes_to_apply_for
from portal.platform.clock import local_time, now, today
from portal.platform.errors import Refusal
from portal.platform.i18n import format_euros, localized, ngettext
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.web.edge import leave_for, page
from portal.web.employer.blueprint import blueprint
from portal.web.employer.desk_rows import can_apply_on
from portal.web.employer.steps import DOOR
from portal.web.forms import (
    ChoicesField,
    ConfirmField,
    DutchDateField,
    Form,
    KvkField,
    NameField,
    PostcodeField,
    add_error,
)
from portal.web.intake.people import MISSING, HouseNumberField
from portal.web.intake.state import Intake

ADDRESS = ("street", "house_number", "postcode", "city")
OF_EACH = ("schemes", "learner_name", "birth_date")


class TogetherForm(Form):
    """Who applies, once; `form_for` adds the fields of each employee."""

    name = NameField(_l("Naam van de organisatie"), missing=_l("Vul de naam van uw organisatie in."))
    kvk_number = KvkField(_l("KVK-nummer"), missing=_l("Vul het KVK-nummer in: acht cijfers."))
    street = NameField(_l("Straat van de vestiging"), missing=_l("Vul de straat van de vestiging in."))
    house_number = HouseNumberField(_l("Huisnummer"), missing=MISSING["house_number"], maximum=20)
    postcode = PostcodeField(_l("Postcode"), missing=MISSING["postcode"])
    city = NameField(_l("Plaats"), missing=_l("Vul de plaats in."))
    confirmed: ConfirmField
    """Stands last, after the employees."""
    places: Sequence[int] = ()
    """The places of the employees in what was sent together: they stay what they are, whoever is applied for meanwhile."""

    def validate(self, extra_validators: Any = None) -> bool:
        """Valid when what is of the employer is, and of each employee for whom something is applied."""
        super().validate(extra_validators)
        for place in self.places:
            if not self[f"schemes-{place}"].data and not self[f"schemes-{place}"].errors:
                for name in OF_EACH:
                    self[f"{name}-{place}"].errors = []
        if self.places and not self.errors and not self.chosen:
            add_error(self[f"schemes-{self.places[0]}"], _l("Kies voor wie u de aanvraag doet."))
        return not self.errors

    @property
    def chosen(self) -> list[int]:
        """The places of those for whom something is applied."""
        return [place for place in self.places if self[f"schemes-{place}"].data]

    def refuse(self, refusal: Refusal) -> None:
        """As every form; what is about one of those that were chosen stands at the fields of that employee."""
        name, _sign, place = (refusal.field or "").rpartition("-")
        chosen = self.chosen
        if name in OF_EACH and place.isdecimal() and 0 < int(place) <= len(chosen):
            refusal.field = f"{name}-{chosen[int(place) - 1]}"
        super().refuse(refusal)

    def applicant(self, place: int) -> ApplicantDetails:
        """Who applies, for one employee."""
        shared = {name: self[name].data for name in ("name", "kvk_number", *ADDRESS)}
        return ApplicantDetails(
            birth_date=self[f"birth_date-{place}"].data, learner_name=self[f"learner_name-{place}"].data, **shared
        )


@dataclass(frozen=True)
class ToApply:
    """One employee for whom can be applied: the place in what was sent together, what is shown, and the schemes."""

    place: int
    row: EmployerRow
    intake: Intake
    schemes: Sequence[tuple[str, str]]

    @property
    def title(self) -> str:
        """What stands above the fields."""
        return f"{self.row.person}: {self.row.question.training_name or ''}"

    @property
    def cost(self) -> str:
        """What the training costs."""
        return _("Kosten: %(amount)s", amount=format_euros(self.row.question.total_cents))


@blueprint.route("/werkgever/vraag/<question_id>/samen/aanvragen", methods=["GET", "POST"])
def bundle_apply(question_id: str) -> ResponseReturnValue:
    """Apply for all who were sent together, or for those that are chosen. Whoever is left out can be applied for later."""
    intake = DOOR.sent(question_id)
    back = url_for("employer.bundle_sent", question_id=question_id)
    people = _people(intake)
    if not people:
        return leave_for(
            back, _l("U kunt voor deze mensen niets meer aanvragen. Bij elke vraag staat hoe het ervoor staat.")
        )
    form = _form_for(intake, people)
    if form.validate_on_submit():
        chosen = form.chosen
        wanted = [
            AppliedFor(one.row.question, form[f"schemes-{one.place}"].data, form.applicant(one.place))
            for one in people
            if one.place in chosen
        ]
        with form.refusals():
            made = apply_together(
                intake.session, wanted=wanted, confirmed=form.confirmed.data, actor=intake.actor, now=now()
            )
            text = ngettext(
                "Wij hebben uw aanvraag. U krijgt een bevestiging.",
                "Wij hebben uw %(num)s aanvragen. U krijgt één bevestiging.",
                len(made),
            )
            flash(text, "ok")
            return redirect(back, code=303)
    return page("employer/bundle/apply.html", form=form, intake=intake, people=people, day=today(), back=back)


def _people(intake: Intake) -> list[ToApply]:
    """The employees of this bundle for whom can still be applied, with the schemes that may pay for each."""
    rows = rows_of_employer(intake.session, actor=intake.actor)
    mine = [row for row in rows if row.place is not None and row.place.bundle == intake.question.id]
    at, found_people = local_time(now()), []
    for row in mine:
        if row.place is None or not can_apply_on(row):
            continue
        own = Intake(intake.session, row.question, intake.actor, intake.today)
        held = schemes_to_apply_for(intake.session, question=row.question, actor=intake.actor, on=today(), at=at)
        can = {verdict.scheme for verdict in own.verdicts if verdict.can_be_offered and verdict.route_fits}
        schemes = [(one.slug, localized(one.definition.title)) for one in held if one.slug in can]
        if schemes:
            found_people.append(ToApply(row.place.position, row, own, schemes))
    return found_people


def _form_for(intake: Intake, people: Sequence[ToApply]) -> TogetherForm:
    """The form with the fields of each employee, filled in with what is known; what may pay is chosen already."""
    fields: dict[str, Any] = {"places": tuple(one.place for one in people)}
    data: dict[str, Any] = _employer(intake)
    for one in people:
        fields |= _fields_of(one)
        data |= {
            f"schemes-{one.place}": [slug for slug, _title in one.schemes],
            f"learner_name-{one.place}": one.row.question.learner_name,
            f"birth_date-{one.place}": one.intake.facts.get("birth_date"),
        }
    fields["confirmed"] = ConfirmField(
        _l("Ik vraag deze regelingen aan. Ik heb alles naar waarheid ingevuld."),
        missing=_l("Zet een vinkje als u de aanvraag wilt doen."),
    )
    filled: TogetherForm = type("TogetherFormOfAll", (TogetherForm,), fields)(data=data)
    return filled


def _fields_of(one: ToApply) -> dict[str, Any]:
    who = one.row.person
    return {
        f"schemes-{one.place}": ChoicesField(
            _l("Regeling voor %(who)s", who=who), optional=True, choices=list(one.schemes)
        ),
        f"learner_name-{one.place}": NameField(
            _l("Naam van uw werknemer (%(who)s)", who=who), missing=_l("Vul de naam van %(who)s in.", who=who)
        ),
        f"birth_date-{one.place}": DutchDateField(
            _l("Geboortedatum van uw werknemer (%(who)s)", who=who),
            missing=_l("Vul de geboortedatum van %(who)s in, bijvoorbeeld 31-12-1985.", who=who),
            earliest=date(1900, 1, 1),
            latest=today,
        ),
    }


def _employer(intake: Intake) -> dict[str, Any]:
    """What the employer told before."""
    question, contact = intake.question, intake.question.contact
    known = {name: getattr(contact, name) for name in ADDRESS} if contact is not None else {}
    return {**known, "name": question.employer_name, "kvk_number": question.employer_kvk}
