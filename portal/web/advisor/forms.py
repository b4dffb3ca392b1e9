"""The forms of the advisor."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from portal.cases.hearings.models import RefusalGround
from portal.platform.clock import today
from portal.platform.i18n import lazy_gettext as _l
from portal.web.forms import (
    BirthDateField,
    ChoiceField,
    ChoicesField,
    ConfirmField,
    DutchDateField,
    EmailField,
    Form,
    KvkField,
    NameField,
    PostcodeField,
    TextField,
)
from portal.web.forms.times import TimeField, moment
from portal.words.decision_labels import GROUNDS
from portal.words.labels import CLOSE_REASONS, TALK_WAYS, choices

LONGEST_NOTE = 4000
RATIONALE = 4000


def moment_since(day: date | None, hour: time | None, *, since: datetime) -> datetime:
    """As ``moment``; a form has no seconds, so that the minute of `since` itself is `since`."""
    typed = moment(day, hour)
    return since if typed == since.replace(second=0, microsecond=0) else typed


def in_two_years() -> date:
    """The last day that can be filled in for something to come."""
    return today() + timedelta(days=730)


class PlanTalkForm(Form):
    """Plan a talk."""

    planned_for = DutchDateField(
        _l("Welke dag?"), missing=_l("Vul de dag van het gesprek in."), earliest=today, latest=in_two_years
    )
    time = TimeField(_l("Hoe laat?"), missing=_l("Vul in hoe laat het gesprek is."))
    way = ChoiceField(
        _l("Hoe praat u met elkaar?"), choices=choices(TALK_WAYS), missing=_l("Kies hoe u met elkaar praat.")
    )
    place = TextField(_l("Plaats, telefoonnummer of link"), maximum=200)


class TalkReportForm(Form):
    """Record that a talk was held."""

    held_at = DutchDateField(
        _l("Op welke dag was het gesprek?"), missing=_l("Vul de dag van het gesprek in."), latest=today
    )
    time = TimeField(_l("Hoe laat begon het?"), missing=_l("Vul in hoe laat het gesprek begon."))
    notes = TextField(
        _l("Verslag"), missing=_l("Schrijf kort op wat u hebt besproken."), maximum=LONGEST_NOTE, multiline=True
    )


class NoteForm(Form):
    """Write a note."""

    text = TextField(_l("Notitie"), missing=_l("Schrijf eerst een notitie."), maximum=LONGEST_NOTE, multiline=True)


class AskMoreForm(Form):
    """Ask the applicant for more."""

    text = TextField(
        _l("Wat hebt u nog nodig?"),
        missing=_l("Schrijf op wat u nog nodig hebt."),
        maximum=LONGEST_NOTE,
        multiline=True,
    )
    facts = ChoicesField(_l("Vraag ook deze gegevens"), optional=True)
    pieces = ChoicesField(_l("Vraag ook deze stukken"), optional=True)
    other_piece = NameField(_l("Een ander stuk"), optional=True, maximum=200)
    answer_by = DutchDateField(
        _l("Uiterste dag voor het antwoord"), missing=_l("Vul de uiterste dag in."), latest=in_two_years
    )


class GivenAnswerForm(Form):
    """Write down the answer that the applicant gave at the desk or by telephone."""

    answer = TextField(_l("Antwoord van de aanvrager"), optional=True, maximum=LONGEST_NOTE, multiline=True)


class AskPledgeForm(Form):
    """Ask the employer to pay a part."""

    employer_name = NameField(_l("Naam van de werkgever"), missing=_l("Vul de naam van de werkgever in."), maximum=200)
    employer_email = EmailField(
        _l("E-mailadres van de werkgever"), missing=_l("Vul het e-mailadres van de werkgever in.")
    )


class ApplicationForm(Form):
    """Apply on behalf of the person, in the talk. The employer's fields are taken away for a resident."""

    schemes = ChoicesField(_l("Voor welke regelingen?"), missing=_l("Kies minstens één regeling."))
    name = NameField(_l("Naam"), missing=_l("Vul de naam in."))
    learner_name = NameField(_l("Naam van de werknemer"), missing=_l("Vul de naam van de werknemer in."))
    kvk_number = KvkField(_l("KVK-nummer"), missing=_l("Vul het KVK-nummer in."))
    birth_date = BirthDateField(_l("Geboortedatum"), missing=_l("Vul de geboortedatum in."))
    street = NameField(_l("Straat"), missing=_l("Vul de straat in."))
    house_number = TextField(_l("Huisnummer"), missing=_l("Vul het huisnummer in."), maximum=20)
    postcode = PostcodeField(_l("Postcode"), missing=_l("Vul de postcode in."))
    city = NameField(_l("Woonplaats"), missing=_l("Vul de plaats in."))
    confirmed = ConfirmField(
        _l("De aanvrager zit bij mij of is aan de telefoon, en wil deze aanvraag nu doen."),
        missing=_l("Bevestig dat de aanvrager dit wil."),
    )


class CloseForm(Form):
    """Close a question without an application."""

    reason = ChoiceField(_l("Waarom sluit u de vraag af?"), choices=choices(CLOSE_REASONS), missing=_l("Kies waarom."))


class WithRationale(Form):
    """A decision with its reason."""

    rationale = TextField(
        _l("Waarom besluit u dit?"), missing=_l("Leg uit waarom u dit besluit."), maximum=RATIONALE, multiline=True
    )


class WithGround(WithRationale):
    """A decision that may refuse something: on whose facts (Awb 4:7). The act asks for it when something is refused."""

    ground = ChoiceField(_l("Op welke gegevens rust een afwijzing?"), choices=choices(GROUNDS), optional=True)

    @property
    def chosen_ground(self) -> RefusalGround | None:
        """What was chosen; nothing is chosen by itself."""
        return RefusalGround(self.ground.data) if self.ground.data else None


class RejectForm(WithRationale):
    """Reject: the reason, and on whose facts."""

    ground = ChoiceField(
        _l("Op welke gegevens rust de afwijzing?"),
        choices=choices(GROUNDS),
        missing=_l("Kies op welke gegevens de afwijzing rust."),
    )


class ChecksForm(Form):
    """Four checks, all needed to award."""

    identity = ConfirmField(
        _l("Ik heb gecontroleerd wie de aanvrager is, en het adres of de vestiging."),
        missing=_l("Controleer eerst wie de aanvrager is."),
    )
    purpose = ConfirmField(
        _l("De opleiding maakt de positie op de arbeidsmarkt sterker."),
        missing=_l("Bevestig dat de opleiding de positie op de arbeidsmarkt sterker maakt."),
    )
    costs = ConfirmField(
        _l("De kosten blijken uit een offerte of prijslijst."), missing=_l("Controleer eerst de kosten.")
    )
    nothing_paid_twice = ConfirmField(
        _l("Niets wordt dubbel betaald. Regelingen die voorgaan zijn eerst gevraagd."),
        missing=_l("Controleer eerst of niets dubbel wordt betaald."),
    )


class ApproveForm(WithGround, ChecksForm):
    """Approve: the reason and four checks."""


CHECKS = ("identity", "purpose", "costs", "nothing_paid_twice")


class ReferForm(Form):
    """Refer to another body."""

    referred_to = NameField(
        _l("Waar kan de persoon terecht?"), missing=_l("Vul in waar de persoon terechtkan."), maximum=200
    )
    explanation = TextField(
        _l("Uitleg voor de persoon"), missing=_l("Leg uit waarom u doorverwijst."), maximum=RATIONALE, multiline=True
    )


class ProviderForm(Form):
    """Put a provider on the list."""

    name = NameField(_l("Naam van de opleider"), missing=_l("Vul de naam van de opleider in."), maximum=200)
    kvk_number = KvkField(_l("KVK-nummer"), missing=_l("Vul het KVK-nummer in."))


class ApprovalForm(Form):
    """Approve a provider for a scheme."""

    scheme = ChoiceField(_l("Regeling"), missing=_l("Kies een regeling."))


class WithdrawApprovalForm(Form):
    """Withdraw an approval."""

    scheme = ChoiceField(_l("Regeling"), missing=_l("Kies een regeling."))
    reason = TextField(
        _l("Waarom trekt u de goedkeuring in?"), missing=_l("Schrijf op waarom."), maximum=2000, multiline=True
    )
