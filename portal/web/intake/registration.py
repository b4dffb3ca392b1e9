"""The pages that residents and employers share, registered once for the door of each, under the addresses of that door.

`DRAFT_PAGES` stand at the address of a draft, `SENT_PAGES` at that of a question that was sent. The row names the endpoint.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from flask import abort
from flask.typing import ResponseReturnValue

from portal.web.edge import repeatable
from portal.web.edge.guards import large_form
from portal.web.forms.uploads import takes_file
from portal.web.intake import (
    details,
    drafting,
    evidence,
    letters,
    links,
    own_data,
    own_rights,
    picking,
    receipt,
    sent,
    shortlist,
    talking,
    texts,
    training,
    voucher,
)
from portal.web.intake.answered import answered_page
from portal.web.intake.asking import ask_fact
from portal.web.intake.corrected import corrections_page
from portal.web.intake.door import AskerDoor
from portal.web.intake.feedback import feedback_page
from portal.web.intake.flow import seen
from portal.web.intake.identifying import identify_page
from portal.web.intake.late import late_page
from portal.web.intake.looked import looked_page
from portal.web.intake.objecting import hearing_wish_page, objection_page, repair_page
from portal.web.intake.own_outcome import draft_outcome_pdf, own_outcome_page, own_outcome_pdf
from portal.web.intake.proving import prove_page
from portal.web.intake.repaid import account_page
from portal.web.intake.representing import representative_page
from portal.web.intake.viewing import view_page
from portal.web.intake.waiting import waiting_page

View = Callable[..., ResponseReturnValue]


class SharedPage(NamedTuple):
    """One page: the last part of its address, its endpoint, what shows it, and how it is sent back."""

    path: str
    name: str
    show: View
    posts: bool = True
    marked: Callable[[View], View] | None = None
    """``repeatable`` or ``takes_file``."""


def _repeatable_and_large(view: View) -> View:
    """The list of costs: who pastes in 200 lines gets an answer about them, and keeps them."""
    return large_form(repeatable(view))


DRAFT_PAGES = (
    SharedPage("/opleiding", "training", drafting.training_page, marked=repeatable),
    SharedPage("/opleiding/zoeken", "pick_training", picking.pick_page),
    SharedPage("/kosten", "costs", drafting.costs_page, marked=_repeatable_and_large),
    SharedPage("/bewaren", "save", drafting.save_page),
    SharedPage("/weggooien", "discard", drafting.discard_page),
    SharedPage("/versturen", "send", drafting.send_page),
    SharedPage("/uitkomst.pdf", "outcome_pdf", draft_outcome_pdf, posts=False),
)
"""Shown with the flow and the draft."""

SENT_PAGES = (
    SharedPage("", "status", sent.status_page, posts=False),
    SharedPage("/ontvangen", "received", drafting.received_page, posts=False),
    SharedPage("/verstuurd", "answered", answered_page, posts=False),
    SharedPage("/wie-betaalt", "own_outcome", own_outcome_page, posts=False),
    SharedPage("/wie-betaalt.pdf", "own_outcome_pdf", own_outcome_pdf, posts=False),
    SharedPage("/wie-keek", "looked", looked_page, posts=False),
    SharedPage("/alles", "own_data", own_data.own_data_page, posts=False),
    SharedPage("/mijn-rechten", "own_rights", own_rights.own_rights_page),
    SharedPage("/alles.json", "own_data_json", own_data.own_data_json, posts=False),
    SharedPage("/alles.pdf", "own_data_pdf", own_data.own_data_paper, posts=False),
    SharedPage("/klopte-dit", "feedback", feedback_page),
    SharedPage("/antwoord", "answer", sent.answer_page),
    SharedPage("/stukken", "evidence", evidence.evidence_page),
    SharedPage("/intrekken", "withdraw", sent.withdraw_page),
    SharedPage("/links", "links", links.links_page),
    SharedPage("/gegevens", "own_details", details.details_page),
    SharedPage("/sms", "own_texts", texts.texts_page),
    SharedPage("/bevestigen", "prove", prove_page),
    SharedPage("/identificeren", "identify", identify_page, posts=False),
    SharedPage("/vertegenwoordiger", "representative", representative_page),
    SharedPage("/aanvragen", "apply", sent.apply_page),
    SharedPage("/besluit", "decision", sent.decision_page, posts=False),
    SharedPage("/wachtlijst", "waiting", waiting_page),
    SharedPage("/bezwaar", "objection", objection_page),
    SharedPage("/reactie", "own_view", view_page),
    SharedPage("/bezwaar/aanvullen", "repair_objection", repair_page),
    SharedPage("/bezwaar/gehoord-worden", "hearing_wish", hearing_wish_page),
    SharedPage("/te-laat", "late", late_page),
    SharedPage("/gesprek", "talk", talking.talk_page),
    SharedPage("/gesprek/afzeggen", "call_off_talk", talking.call_off_page),
    SharedPage("/gesprek.ics", "talk_file", talking.talk_file, posts=False),
    SharedPage("/brieven", "letters", letters.letters_page),
    SharedPage("/wijzigingen", "corrections", corrections_page),
    SharedPage("/bewijs", "receipt", receipt.receipt_page, posts=False),
    SharedPage("/bewijs.json", "receipt_file", receipt.receipt_json, posts=False),
    SharedPage("/bewijs.pdf", "receipt_pdf", receipt.receipt_pdf, posts=False),
    SharedPage("/vouchers", "vouchers", voucher.vouchers_page, posts=False),
    SharedPage("/voucher/<scheme>.pdf", "voucher_paper", voucher.voucher_paper, posts=False),
    SharedPage("/teruggave", "repayment_account", account_page),
    SharedPage("/opleiding-gevolgd", "training_progress", training.training_page),
    SharedPage("/bon", "training_paid_bill", training.paid_bill_page, marked=takes_file),
    SharedPage("/resultaat", "training_outcome", training.outcome_page),
)
"""Shown with the question that was sent."""


PARTS = (
    SharedPage("/mijn-rechten/<asked_id>/intrekken", "withdraw_own_right", own_rights.withdraw_own_right_page),
    SharedPage("/stukken/<piece>", "hand_in", evidence.piece_page, marked=takes_file),
    SharedPage("/stukken/bestand/<evidence_id>", "evidence_file", evidence.evidence_file, posts=False),
)
"""Something of a question that was sent; of a draft there is no such thing."""

LETTERS = (
    SharedPage("/brieven/<letter_id>", "letter", letters.letter_page, posts=False),
    SharedPage("/brieven/<letter_id>.pdf", "letter_pdf", letters.letter_file, posts=False),
)
"""One of the own letters."""

OWN_PAGES = (
    SharedPage("/lijst", "shortlist", shortlist.shortlist_page),
    SharedPage("/lijst.pdf", "shortlist_pdf", shortlist.shortlist_pdf, posts=False),
)
"""Shown with the flow and the question, sent or not."""


def register_asker_pages(door: AskerDoor) -> None:
    """Add every shared page to the blueprint of a door."""
    for one in DRAFT_PAGES:
        _add(door, door.draft_address, one, _of_draft(door, one.show))
    for one in SENT_PAGES:
        _add(door, door.sent_address, one, _of_sent(door, one.show))
    for one in OWN_PAGES:
        _add(door, door.sent_address, one, _of_either(door, one.show))
    for one in PARTS:
        _add(door, door.sent_address, one, _of_a_part(one.show))
    for one in LETTERS:
        _add(door, door.sent_address, one, one.show)
    for path, fact in door.fact_pages.items():
        _add(door, door.draft_address, _fact_page(f"/{path}", fact), _asking(door, fact))
    _add(door, door.draft_address, _fact_page("/gegevens/<fact>", "fact"), _asking_any(door))


def _add(door: AskerDoor, address: str, one: SharedPage, view: View) -> None:
    methods = ["GET", "POST"] if one.posts else ["GET"]
    made = view if one.marked is None else one.marked(view)
    door.blueprint.add_url_rule(address + one.path, one.name, made, methods=methods)


def _of_draft(door: AskerDoor, show: View) -> View:
    def view(question_id: str) -> ResponseReturnValue:
        return show(door.flow, door.draft(question_id))

    return view


def _of_sent(door: AskerDoor, show: View) -> View:
    def view(question_id: str, **named: Any) -> ResponseReturnValue:
        return show(door.sent(question_id), **named)

    return view


def _of_a_part(show: View) -> View:
    def view(question_id: str, **named: Any) -> ResponseReturnValue:
        intake = seen(question_id)
        if intake.question.is_draft:
            abort(404)
        return show(intake, **named)

    return view


def _of_either(door: AskerDoor, show: View) -> View:
    def view(question_id: str) -> ResponseReturnValue:
        return show(door.flow, seen(question_id))

    return view


def _fact_page(path: str, name: str) -> SharedPage:
    return SharedPage(path, name, ask_fact, marked=repeatable)


def _asking(door: AskerDoor, fact: str) -> View:
    """The page that asks one fact."""

    def view(question_id: str) -> ResponseReturnValue:
        intake = door.draft(question_id)
        return ask_fact(door.flow, intake, fact, fact, door.words(intake))

    return view


def _asking_any(door: AskerDoor) -> View:
    """The page that asks any other fact that still decides something and that who comes in here can know."""

    def view(question_id: str, fact: str) -> ResponseReturnValue:
        intake = door.draft(question_id)
        definition = intake.known.facts.get(fact)
        own_page = any(step.fact == fact for step in door.flow.steps)
        if (
            definition is None
            or definition.derived is not None
            or own_page
            or door.audience not in definition.who_knows
        ):
            abort(404)
        return ask_fact(door.flow, intake, "fact", fact, door.words(intake), may_skip=True)

    return view
