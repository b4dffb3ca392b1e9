"""The forms about a case itself: who has it, whether it is complete, who acts for the person, doubles and waiting."""

from __future__ import annotations

from portal.cases.contents import MOST_CENTS_PER_LINE
from portal.cases.conversations.actions import LONGEST_DELAY_WEEKS
from portal.platform.clock import today
from portal.platform.i18n import lazy_gettext as _l
from portal.web.advisor.forms import RATIONALE
from portal.web.forms import (
    ChoiceField,
    ConfirmField,
    DutchDateField,
    EuroField,
    Form,
    NameField,
    TextField,
    WholeNumberField,
)
from portal.web.forms.times import TimeField
from portal.web.forms.uploads import UploadField
from portal.words.labels import REPRESENTATIVE_KINDS, choices


class HandOverForm(Form):
    """To whom a case goes."""

    to = ChoiceField(_l("Aan wie geeft u de vraag?"), missing=_l("Kies een adviseur."))


class ToTeamForm(Form):
    """To which team a case goes, and why."""

    to = ChoiceField(_l("Naar welk team gaat de vraag?"), missing=_l("Kies een team."))
    reason = TextField(
        _l("Waarom gaat de vraag naar een ander team?"),
        missing=_l("Schrijf op waarom de vraag naar een ander team gaat."),
        maximum=RATIONALE,
        multiline=True,
    )


class SetAsideForm(Form):
    """Why an application is not taken up."""

    reason = TextField(
        _l("Wat ontbreekt er nog?"), missing=_l("Schrijf op wat er ontbreekt."), maximum=RATIONALE, multiline=True
    )


class CompleteForm(Form):
    """When everything was in."""

    received_on = DutchDateField(
        _l("Op welke dag was alles binnen?"), missing=_l("Vul de dag in waarop alles binnen was."), latest=today
    )
    time = TimeField(_l("Hoe laat?"), missing=_l("Vul de tijd in."))


class DelayForm(Form):
    """How much later the decision comes, and why."""

    weeks = WholeNumberField(
        _l("Hoeveel weken later?"), missing=_l("Vul het aantal weken in."), at_least=1, at_most=LONGEST_DELAY_WEEKS
    )
    reason = TextField(
        _l("Waarom komt het besluit later?"),
        missing=_l("Schrijf op waarom het besluit later komt."),
        maximum=2000,
        multiline=True,
    )


class RepresentativeForm(Form):
    """Who acts for the person."""

    name = NameField(_l("Naam"), missing=_l("Vul de naam in."))
    kind = ChoiceField(
        _l("Waarom mag deze persoon handelen?"), missing=_l("Kies waarom."), choices=choices(REPRESENTATIVE_KINDS)
    )
    proof = TextField(
        _l("Welk bewijs hebt u gezien?"), missing=_l("Schrijf op welk bewijs u hebt gezien."), maximum=200
    )
    proof_on = DutchDateField(_l("Datum van het bewijs"), missing=_l("Vul de datum in."), latest=today)
    file = UploadField(_l("Het bewijs als bestand of foto"), optional=True)
    on_paper = ConfirmField(_l("Ik heb het bewijs op papier gezien."))


class DoubleForm(Form):
    """Whether two applications are of one person."""

    number = ChoiceField(_l("Welke aanvraag?"), missing=_l("Kies een aanvraag."))
    verdict = ChoiceField(
        _l("Is het dezelfde persoon?"),
        missing=_l("Kies een antwoord."),
        choices=[("same", _l("Ja, dezelfde persoon")), ("different", _l("Nee, iemand anders"))],
    )


class SeparateForm(Form):
    """Two persons were joined by mistake."""

    other = ChoiceField(_l("Welke aanvraag is van iemand anders?"), missing=_l("Kies een aanvraag."))
    sure = ConfirmField(
        _l("Ik heb gecontroleerd dat het twee personen zijn"), missing=_l("Controleer eerst of het twee personen zijn.")
    )


class WaitForm(Form):
    """The applicant wants to wait for money that comes free."""

    scheme = ChoiceField(_l("Welke regeling?"), missing=_l("Kies een regeling."))
    agreed_on = DutchDateField(_l("Wanneer ging de aanvrager akkoord?"), missing=_l("Vul de dag in."), latest=today)
    agreed = ConfirmField(
        _l("De aanvrager heeft schriftelijk ingestemd met wachten"), missing=_l("Zonder instemming kan dit niet.")
    )


class HadBeforeForm(Form):
    """One thing that was had before from elsewhere."""

    scheme = ChoiceField(_l("Van welke regeling?"), choices=(), missing=_l("Kies de regeling."))
    amount = EuroField(_l("Hoeveel?"), missing=_l("Vul het bedrag in."), at_least=1, at_most=MOST_CENTS_PER_LINE)
    awarded_on = DutchDateField(
        _l("Op welke dag is het toegekend?"), missing=_l("Vul de dag in waarop het is toegekend."), latest=today
    )
