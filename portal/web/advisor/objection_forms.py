"""The forms of an objection."""

from __future__ import annotations

from portal.platform.clock import today
from portal.platform.i18n import lazy_gettext as _l
from portal.web.advisor.forms import RATIONALE, WithGround, WithRationale
from portal.web.forms import (
    ChoiceField,
    ConfirmField,
    DutchDateField,
    Form,
    NameField,
    PostcodeField,
    TextField,
    WholeNumberField,
)
from portal.web.forms.fields import EuroField
from portal.web.forms.times import TimeField
from portal.words.decision_labels import DELAY_BASES, OBJECTION_OUTCOMES, WAIVERS
from portal.words.labels import choices


class ReceiveForm(Form):
    """What came in."""

    against = ChoiceField(_l("Tegen welk besluit?"), missing=_l("Kies een besluit."))
    received_on = DutchDateField(
        _l("Op welke dag kwam het bezwaar binnen?"), missing=_l("Vul de dag in."), latest=today
    )
    posted_on = DutchDateField(_l("Kwam het per post: welke dag staat op de stempel?"), optional=True, latest=today)
    grounds = TextField(
        _l("Waarom is de persoon het er niet mee eens? Laat leeg als dat er niet in staat"),
        optional=True,
        maximum=RATIONALE,
        multiline=True,
    )
    committee = ConfirmField(_l("Een bezwaarcommissie geeft advies (12 weken in plaats van 6)"))


class ReceiveOfAnotherForm(ReceiveForm):
    """What came in of another interested person, with who that is and where letters go."""

    objector = NameField(_l("Wie maakt bezwaar?"), missing=_l("Vul in wie bezwaar maakt."), maximum=120)
    interest = TextField(
        _l("Welk eigen belang heeft deze persoon bij het besluit?"),
        missing=_l("Schrijf op welk eigen belang deze persoon heeft."),
        maximum=2000,
        multiline=True,
    )
    street = TextField(_l("Straat en huisnummer"), missing=_l("Vul de straat en het huisnummer in."), maximum=120)
    postcode = PostcodeField(_l("Postcode"), missing=_l("Vul de postcode in."))
    city = TextField(_l("Plaats"), missing=_l("Vul de plaats in."), maximum=80)


class AskRepairForm(Form):
    """What is missing, and until when it can be repaired."""

    missing = TextField(
        _l("Wat ontbreekt er?"), missing=_l("Schrijf op wat er ontbreekt."), maximum=2000, multiline=True
    )
    answer_by = DutchDateField(_l("Tot en met welke dag?"), missing=_l("Vul de dag in."), earliest=today)


class RepairedForm(Form):
    """What came in to repair it."""

    repaired_on = DutchDateField(_l("Op welke dag kwam het binnen?"), missing=_l("Vul de dag in."), latest=today)
    grounds = TextField(
        _l("Waarom is de persoon het er niet mee eens?"),
        missing=_l("Schrijf het kort op."),
        maximum=RATIONALE,
        multiline=True,
    )


class FurtherDelayForm(Form):
    """Until when, on which ground, who agreed, and why."""

    until = DutchDateField(_l("Tot en met welke dag?"), missing=_l("Vul de dag in."), earliest=today)
    basis = ChoiceField(_l("Waarom mag dat?"), choices=choices(DELAY_BASES), missing=_l("Kies waarom."))
    agreed_by = TextField(
        _l("Wie ging akkoord, en hoe? Of welke regel maakt het nodig?"),
        missing=_l("Schrijf op wie akkoord ging, en hoe."),
        maximum=300,
    )
    reason = TextField(
        _l("Waarom hebt u meer tijd nodig?"), missing=_l("Schrijf op waarom."), maximum=2000, multiline=True
    )


class AskToBeHeardForm(Form):
    """Until when the person can say to want to be heard."""

    answer_by = DutchDateField(
        _l("Tot en met welke dag kan de persoon antwoorden?"), missing=_l("Vul de dag in."), earliest=today
    )


class WantsToBeHeardForm(Form):
    """When the person said so."""

    wanted_on = DutchDateField(_l("Op welke dag zei de persoon dat?"), missing=_l("Vul de dag in."), latest=today)


class InterestForm(Form):
    """Whether another who objects has an interest."""

    interested = ChoiceField(
        _l("Heeft deze persoon een eigen belang dat het besluit rechtstreeks raakt?"),
        missing=_l("Kies ja of nee."),
        choices=[("yes", _l("Ja, wij behandelen het bezwaar")), ("no", _l("Nee, het is niet-ontvankelijk"))],
    )
    reason = TextField(_l("Waarom?"), missing=_l("Schrijf op waarom."), maximum=2000, multiline=True)


class LatenessForm(Form):
    """Whether there is a good reason for coming late."""

    excused = ChoiceField(
        _l("Is er een goede reden?"),
        missing=_l("Kies ja of nee."),
        choices=[("yes", _l("Ja, wij behandelen het bezwaar")), ("no", _l("Nee, het is niet-ontvankelijk"))],
    )
    reason = TextField(_l("Waarom?"), missing=_l("Schrijf op waarom."), maximum=2000, multiline=True)


class AdjournForm(Form):
    """Why more time is needed."""

    reason = TextField(
        _l("Waarom hebt u meer tijd nodig?"), missing=_l("Schrijf op waarom."), maximum=2000, multiline=True
    )


class PlanHearingForm(Form):
    """When and where somebody is heard."""

    day = DutchDateField(_l("Welke dag?"), missing=_l("Vul de dag in."), earliest=today)
    time = TimeField(_l("Hoe laat?"), missing=_l("Vul de tijd in."))
    place = TextField(_l("Waar?"), missing=_l("Vul in waar de hoorzitting is."), maximum=200)


class HeardForm(Form):
    """The report of the hearing."""

    heard_on = DutchDateField(_l("Op welke dag?"), missing=_l("Vul de dag in."), latest=today)
    report = TextField(_l("Verslag"), missing=_l("Schrijf het verslag."), maximum=20_000, multiline=True)


class WaiveForm(Form):
    """Why nobody is heard."""

    reason = ChoiceField(_l("Waarom hoeft horen niet?"), choices=choices(WAIVERS), missing=_l("Kies waarom."))


class DecideOnSettlementForm(WithRationale):
    """The outcome of an objection against a settlement; when it is founded, the amount at which it is settled now."""

    outcome = ChoiceField(_l("Uitkomst"), choices=choices(OBJECTION_OUTCOMES), missing=_l("Kies de uitkomst."))
    amount = EuroField(_l("Bij een gegrond bezwaar: nieuw vast te stellen bedrag"), optional=True, at_most=10**9)


class DecideOnVoucherForm(WithRationale):
    """The outcome of an objection against a decision that took a voucher: when it is founded, it comes back."""

    outcome = ChoiceField(_l("Uitkomst"), choices=choices(OBJECTION_OUTCOMES), missing=_l("Kies de uitkomst."))


class DecideOnTopUpForm(DecideOnVoucherForm):
    """The outcome of an objection against a supplementary award; when it is founded, what is added."""

    line = ChoiceField(_l("Bij een gegrond bezwaar: voor welke kosten?"), choices=(), optional=True)
    funding_line = ChoiceField(_l("Uit welk budget?"), choices=(), optional=True)
    amount = EuroField(_l("Hoeveel erbij?"), optional=True, at_most=10**9)


class DecideOnPenaltyForm(DecideOnVoucherForm):
    """The outcome of an objection against a decision on a penalty; when it is founded, over how many days it is."""

    days = WholeNumberField(
        _l("Bij een gegrond bezwaar: over hoeveel dagen is de dwangsom?"), optional=True, at_most=42
    )


class DecideOnOwnInterestForm(DecideOnVoucherForm):
    """The outcome of an objection about interest that the region owes; when it is founded, how much it is."""

    amount = EuroField(
        _l("Bij een gegrond bezwaar: op welk bedrag stelt u de rente vast?"), optional=True, at_most=10**9
    )


class DecideOnPutOffForm(DecideOnVoucherForm):
    """The outcome of an objection about paying later; when it is founded, the instalments that come in its place."""

    number = WholeNumberField(
        _l("Bij een gegrond bezwaar: in hoeveel termijnen betaalt de persoon?"), optional=True, at_most=60
    )
    first_on = DutchDateField(_l("Dag van de eerste termijn"), optional=True)


class DecideOnWaivingForm(DecideOnVoucherForm):
    """The outcome of an objection about paying less; when it is founded, how much more lapses."""

    amount = EuroField(_l("Bij een gegrond bezwaar: hoeveel vervalt er nog?"), optional=True, at_most=10**9)


class RepaidForm(Form):
    """The holder got the money back."""

    paid_on = DutchDateField(_l("Op welke dag is het betaald?"), missing=_l("Vul de dag in."), latest=today)
    reference = TextField(_l("Kenmerk van de betaling"), missing=_l("Vul het kenmerk in."), maximum=80)


class DecideObjectionForm(WithGround):
    """The outcome with its reasons; the checks, and on whose facts something is refused, count when it is founded."""

    outcome = ChoiceField(_l("Uitkomst"), choices=choices(OBJECTION_OUTCOMES), missing=_l("Kies de uitkomst."))
    identity = ConfirmField(_l("Ik heb gecontroleerd wie de aanvrager is, en het adres of de vestiging."))
    purpose = ConfirmField(_l("De opleiding maakt de positie op de arbeidsmarkt sterker."))
    costs = ConfirmField(_l("De kosten blijken uit een offerte of prijslijst."))
    nothing_paid_twice = ConfirmField(_l("Niets wordt dubbel betaald. Regelingen die voorgaan zijn eerst gevraagd."))
