"""Every decision on a question for who asked: what it says, why, its letter, and until when one may object."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask import url_for

from portal.awarding.decisions.models import NO_OBJECTION, ON_A_VOUCHER, Decision, DecisionKind
from portal.awarding.takings.queries import taking_of
from portal.paying.collecting.decided import put_off_by
from portal.platform.clock import local_date
from portal.platform.i18n import LazyString, current_locale, format_date, format_euros, format_list, localized, ngettext
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.post.letters.models import Letter
from portal.post.letters.queries import letters_by_message
from portal.second_look.objections.models import Objection
from portal.second_look.objections.queries import about_another, last_day_against, told_in
from portal.spending.vouchers.models import Voucher
from portal.web.intake.state import Intake

TITLES: Mapping[DecisionKind, LazyString] = {
    DecisionKind.APPROVED: _l("U krijgt een voucher"),
    DecisionKind.PARTLY: _l("U krijgt een deel van wat u vroeg"),
    DecisionKind.REJECTED: _l("Wij kunnen uw aanvraag niet goedkeuren"),
    DecisionKind.REFERRED: _l("Wij verwijzen u door"),
    DecisionKind.SET_ASIDE: _l("Wij nemen uw aanvraag niet in behandeling"),
    DecisionKind.TAKEN_UP: _l("Wij nemen uw aanvraag toch in behandeling"),
    DecisionKind.TAKEN_OVER: _l("U kreeg een voucher"),
    DecisionKind.TOPPED_UP: _l("U krijgt meer geld"),
    DecisionKind.SETTLED: _l("Wij hebben uw voucher vastgesteld"),
    DecisionKind.SETTLED_LESS: _l("Wij hebben de vaststelling van uw voucher verlaagd"),
    DecisionKind.REVOKED: _l("Wij hebben uw voucher ingetrokken"),
    DecisionKind.LOWERED: _l("Wij hebben uw voucher verlaagd"),
    DecisionKind.RESTORED: _l("Uw voucher komt terug"),
    DecisionKind.INTEREST: _l("Wij hebben de rente vastgesteld"),
    DecisionKind.SET_OFF: _l("Wij hebben verrekend wat u moest terugbetalen"),
    DecisionKind.PUT_OFF: _l("Wij besloten of u later mag terugbetalen"),
    DecisionKind.WAIVED: _l("Wij besloten of u minder hoeft te betalen"),
    DecisionKind.PENALTY: _l("Wij besloten over de dwangsom"),
    DecisionKind.OWN_INTEREST: _l("U krijgt rente, omdat wij te laat betaalden"),
    DecisionKind.UNDONE: _l("U hebt gelijk: wij maken ons besluit ongedaan"),
}
HAPPENED: Mapping[DecisionKind, LazyString] = {
    DecisionKind.APPROVED: _l("Er is een besluit"),
    DecisionKind.PARTLY: _l("Er is een besluit"),
    DecisionKind.REJECTED: _l("Er is een besluit"),
    DecisionKind.REFERRED: _l("U bent doorverwezen"),
    DecisionKind.SET_ASIDE: _l("Wij namen uw aanvraag niet in behandeling"),
    DecisionKind.TAKEN_UP: _l("Wij namen uw aanvraag toch in behandeling"),
    DecisionKind.TAKEN_OVER: _l("Uw voucher komt van een eerder loket"),
    DecisionKind.TOPPED_UP: _l("U kreeg meer geld"),
    DecisionKind.SETTLED: _l("Uw voucher is vastgesteld"),
    DecisionKind.SETTLED_LESS: _l("De vaststelling van uw voucher is verlaagd"),
    DecisionKind.REVOKED: _l("Uw voucher is ingetrokken"),
    DecisionKind.LOWERED: _l("Uw voucher is verlaagd"),
    DecisionKind.RESTORED: _l("Uw voucher komt terug"),
    DecisionKind.INTEREST: _l("De rente is vastgesteld"),
    DecisionKind.SET_OFF: _l("Wat u moest terugbetalen, is verrekend"),
    DecisionKind.PUT_OFF: _l("Er is besloten of u later mag terugbetalen"),
    DecisionKind.WAIVED: _l("Er is besloten of u minder hoeft te betalen"),
    DecisionKind.PENALTY: _l("Er is besloten over de dwangsom"),
    DecisionKind.OWN_INTEREST: _l("Er is besloten over rente voor u"),
    DecisionKind.UNDONE: _l("Wij maakten een besluit ongedaan"),
}
"""What a decision is called among the things that happened."""


@dataclass(frozen=True)
class DecisionView:
    """One decision as who asked sees it."""

    decision: Decision
    title: str
    decided_on: date
    says: tuple[str, ...]
    why: str
    letter: str | None
    """Where its letter stands; None while none was made."""
    letter_pdf: str | None
    objection: str
    """Until when one may object, or that one did; empty when one may not."""
    may_object: bool


def decision_views(
    intake: Intake,
    decisions: Sequence[Decision],
    objections: Sequence[Objection],
    kinds: Collection[DecisionKind] = (*ON_A_VOUCHER, DecisionKind.OWN_INTEREST),
) -> list[DecisionView]:
    """The decisions of these kinds (about vouchers, or interest), oldest first, each with its letter and how to object.

    Not what is only about another who objected.
    """
    on_vouchers = [one for one in decisions if one.kind in kinds and not about_another(intake.session, one)]
    if not on_vouchers:
        return []
    letters = letters_by_message(intake.session, question_id=intake.question.id)
    return [_view(intake, one, letters, objections) for one in on_vouchers]


def about_voucher(views: Sequence[DecisionView], voucher: Voucher, held: Sequence[Voucher]) -> list[DecisionView]:
    """The decisions of these that are about this voucher: of its scheme, and taken while it was the last one of that scheme."""
    later = [one.issued_at for one in held if one.scheme == voucher.scheme and one.id > voucher.id]
    until = min(later, default=None)
    return [
        view
        for view in views
        if any(outcome.scheme == voucher.scheme for outcome in view.decision.outcomes)
        and view.decision.decided_at >= voucher.issued_at
        and (until is None or view.decision.decided_at < until)
    ]


def _view(
    intake: Intake, decision: Decision, letters: Mapping[tuple[str, int], Letter], objections: Sequence[Objection]
) -> DecisionView:
    made = next((letters[key] for key in told_in(intake.session, decision=decision) if key in letters), None)
    objection, may_object = _objecting(intake, decision, objections)
    return DecisionView(
        decision=decision,
        title=_title(intake, decision),
        decided_on=local_date(decision.decided_at),
        says=_says(intake, decision),
        why=decision.rationale,
        letter=letter_url(intake, made, "letter"),
        letter_pdf=letter_url(intake, made, "letter_pdf"),
        objection=objection,
        may_object=may_object,
    )


def letter_url(intake: Intake, letter: Letter | None, name: str) -> str | None:
    """Where a letter stands, as a page (``letter``) or as a file (``letter_pdf``); None without a letter."""
    if letter is None:
        return None
    return url_for(f"{intake.audience}.{name}", question_id=intake.id, letter_id=letter.public_id)


def letter_title(letter: Letter) -> str:
    """What a letter is called in the language of now: it has its English below the Dutch, with a heading of its own."""
    english = letter.content.get("english") or [{}]
    return letter.title if current_locale() == "nl" else english[0].get("text") or letter.title


def _says(intake: Intake, decision: Decision) -> tuple[str, ...]:
    taking = taking_of(intake.session, decision_id=decision.id)
    if taking is not None and taking.ends_on is not None:
        return (_("U kunt uw voucher gebruiken tot en met %(day)s.", day=format_date(taking.ends_on)),)
    cents = sum(one.amount_cents for one in decision.outcomes)
    amount = format_euros(cents)
    said = {
        DecisionKind.TOPPED_UP: _("U krijgt %(amount)s erbij.", amount=amount),
        DecisionKind.SETTLED: _("Uw voucher is vastgesteld op %(amount)s.", amount=amount),
        DecisionKind.SETTLED_LESS: _("Uw voucher is nu vastgesteld op %(amount)s.", amount=amount),
        DecisionKind.REVOKED: _("Van uw toekenning blijft %(amount)s over: wat al was gebruikt.", amount=amount)
        if cents
        else _("Van uw toekenning blijft niets over."),
        DecisionKind.LOWERED: _("Van uw toekenning blijft %(amount)s over.", amount=amount),
        DecisionKind.RESTORED: _("Uw toekenning is weer %(amount)s.", amount=amount),
        DecisionKind.INTEREST: _("U betaalt %(amount)s rente, omdat u te laat terugbetaalde.", amount=amount),
        DecisionKind.SET_OFF: _("Wij hielden %(amount)s in op een bon die wij u betalen.", amount=amount),
        DecisionKind.PUT_OFF: _put_off(intake, decision, amount),
        DecisionKind.WAIVED: _("U hoeft %(amount)s niet te betalen.", amount=amount)
        if cents
        else _("U moet het bedrag wel terugbetalen."),
        DecisionKind.PENALTY: _("U krijgt een dwangsom van %(amount)s.", amount=amount)
        if cents
        else _("U krijgt geen dwangsom."),
        DecisionKind.OWN_INTEREST: _("De rente is %(amount)s.", amount=amount),
        DecisionKind.UNDONE: _("Ons besluit over %(amount)s geldt niet meer.", amount=amount),
    }
    bodies = [localized({"nl": one.deciding_body_nl, "en": one.deciding_body_en}) for one in decision.outcomes]
    body = format_list(list(dict.fromkeys(one for one in bodies if one)))
    named = (_("Dit besluit is genomen namens: %(body)s.", body=body),) if body else ()
    return (said[decision.kind], *named)


def _put_off(intake: Intake, decision: Decision, amount: str) -> str:
    """What was decided about paying later, as its letter says it."""
    how = put_off_by(intake.session, decision=decision)
    if how is None:
        return _("U krijgt geen uitstel van betaling.")
    if how.until is None or how.instalments:
        return ngettext(
            "U betaalt %(amount)s terug, in één termijn.",
            "U betaalt %(amount)s terug, in %(num)s termijnen.",
            how.instalments,
            amount=amount,
        )
    return _("U betaalt %(amount)s terug, uiterlijk op %(day)s.", amount=amount, day=format_date(how.until))


def _title(intake: Intake, decision: Decision) -> str:
    """What a decision is called: as its letter, where one kind of decision is about more."""
    if decision.kind is not DecisionKind.PUT_OFF:
        return str(TITLES[decision.kind])
    how = put_off_by(intake.session, decision=decision)
    if how is None:
        return _("U krijgt geen uitstel van betaling")
    return _("U betaalt in termijnen terug") if how.instalments else _("U krijgt uitstel van betaling")


def _objecting(intake: Intake, decision: Decision, objections: Sequence[Objection]) -> tuple[str, bool]:
    if decision.kind in NO_OBJECTION:
        return "", False
    last = last_day_against(intake.session, decision=decision)
    day = format_date(last) if last is not None else ""
    against = [one for one in objections if one.withdrawn_at is None]
    if any(one.new_decision_id == decision.id for one in against):
        if last is None:
            return _("U kunt in beroep gaan zodra wij de brief hebben verstuurd."), False
        return _("Dit besluit is genomen na uw bezwaar. U kunt in beroep gaan tot en met %(day)s.", day=day), False
    made = next((one for one in against if one.decision_id == decision.id), None)
    if made is not None and made.new_decision_id is not None:
        said = _("U maakte bezwaar, met nummer %(number)s, en kreeg gelijk.", number=made.number)
        return f"{said} " + _("Er is een nieuw besluit. Dit besluit geldt niet meer."), False
    if made is not None:
        return _("U maakte bezwaar, met nummer %(number)s.", number=made.number), False
    if last is None:
        return _("Niet eens met dit besluit? Bezwaar maken kan, ook voordat wij de brief hebben verstuurd."), True
    if last < intake.today:
        return _("U kon bezwaar maken tot en met %(day)s.", day=day), True
    return _("Niet eens met dit besluit? U kunt bezwaar maken tot en met %(day)s.", day=day), True
