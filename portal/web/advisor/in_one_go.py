"""A talk that settles everything: one page from the report of the talk to the voucher, each step still its own act and record."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.awarding.answering import QuestionAnswer, compute_answer
from portal.awarding.decisions.models import Decision
from portal.awarding.proposals.models import ProposalRecord
from portal.awarding.proposals.queries import answer_of
from portal.cases.applications.queries import (
    application_by_question,
    missing_facts,
    pieces_needed,
    possible_doubles,
    schemes_to_apply_for,
)
from portal.cases.conversations.queries import begun_talk, conversation_by_public_id, open_request
from portal.cases.corrections.queries import corrections_by_question
from portal.cases.evidence.models import EvidenceState
from portal.cases.evidence.queries import evidence_by_question, missing_pieces, pieces_of_schemes
from portal.cases.owners.queries import owner_names
from portal.cases.pledges.queries import pledge_by_question
from portal.cases.questions.models import DevelopmentQuestion, Route
from portal.framework.catalogue.queries import SchemeInForce
from portal.platform.clock import AMSTERDAM, local_time, now, today
from portal.platform.database import current_session
from portal.platform.errors import Refusal
from portal.platform.i18n import LazyString, format_datetime, format_list, localized
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.second_look.in_one_go import (
    HeldTalk,
    OneGo,
    Step,
    StepRefused,
    mark_of_mix,
    schemes_of,
    settle_in_one_go,
    standing_proposal,
    why_not_alone,
)
from portal.web.advisor.applying import applicant_of, known_of
from portal.web.advisor.blueprint import blueprint
from portal.web.advisor.case import application_rows, case_url, pledge_rows, the_question
from portal.web.advisor.case_forms import CompleteForm
from portal.web.advisor.deciding import checks_of
from portal.web.advisor.forms import LONGEST_NOTE, ApplicationForm, ApproveForm, moment_since
from portal.web.advisor.mix import names_of, view_of
from portal.web.advisor.previewing import letter_preview, message_of_decision
from portal.web.advisor.reporting import report_template
from portal.web.advisor.stands import mix_said, stands_of_case
from portal.web.edge import READING, decide_on, lock_first, page, require_seen
from portal.web.edge.policy import current_actor
from portal.web.edge.sight import Stand, seen_values
from portal.web.forms import ConfirmField, TextField, add_error

STEPS: Mapping[Step, LazyString] = {
    Step.RECORD: _l("Het gesprek vastleggen"),
    Step.TAKE: _l("De vraag oppakken"),
    Step.APPLY: _l("De aanvraag doen"),
    Step.COMPLETE: _l("De aanvraag compleet noemen"),
    Step.PROPOSE: _l("Het voorstel maken"),
    Step.DECIDE: _l("Besluiten, met de vouchers en de brief"),
}
LAY_DOWN: LazyString = _l("Het besluit klaarleggen voor een collega")
TALK = "talk"
OF_APPLICANT = ("name", "birth_date", "street", "house_number", "postcode", "city")
BORN = ("birth_date", "birth_year")
OF_EMPLOYER = ("learner_name", "kvk_number")


class OneGoForm(ApplicationForm, CompleteForm, ApproveForm):
    """Everything that the steps ask for; what a case does not need is taken away."""

    held = ConfirmField(_l("Dit gesprek is gevoerd. Bewaar het verslag."))
    notes = TextField(_l("Verslag"), optional=True, maximum=LONGEST_NOTE, multiline=True)
    evidence_in = ConfirmField(
        _l("Ik heb gezien wat de regelingen vragen. Alles is binnen en in orde."),
        missing=_l("Kijk of alles binnen is, en zet daarna het vinkje."),
    )
    paying: Collection[str] = ()
    """The schemes that pay in the mix."""
    applied: Collection[str] | None = None
    """What was applied for before; None: what is chosen here."""

    @property
    def refuses(self) -> list[str]:
        """The schemes that are applied for and do not pay: the decision refuses those."""
        asked = self.applied if self.applied is not None else self.schemes.data or ()
        return sorted(set(asked) - set(self.paying))

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether all of it is right: a talk has a report, and a refusal says on which facts it rests."""
        fine = bool(super().validate(extra_validators))
        if "held" in self and self.held.data and not (self.notes.data or self.notes.errors):
            add_error(self.notes, _("Schrijf kort op wat u hebt besproken."))
            fine = False
        if self.refuses and not (self.ground.data or self.ground.errors):
            add_error(self.ground, _("Kies op welke gegevens de afwijzing rust."))
            fine = False
        return fine


@dataclass(frozen=True)
class ShownMix:
    """The mix that the page shows, by its mark, and why the advisor may not decide on it alone."""

    answer: QuestionAnswer
    mark: str
    not_alone: Refusal | None


class GoingOver:
    """One case that is settled in one go: what was done, what this does, and the mix that it comes down to."""

    def __init__(self, question: DevelopmentQuestion) -> None:
        self.session, self.actor, self.question = current_session(), current_actor(), question
        self.names = names_of(self.session, question)
        self.application = application_by_question(self.session, question=question)
        self.evidence = evidence_by_question(self.session, question=question)
        self.unread = [one for one in self.evidence if one.state is EvidenceState.HANDED_IN]
        self.complete = self.application is not None and self.application.completed_at is not None and not self.unread
        self.owner = owner_names(self.session, question_ids=[question.id]).get(question.id)
        self.before = stands_of_case(question, None, self.names)[:2]
        self.talk = begun_talk(self.session, question=question, actor=self.actor, now=now())
        self.talked = self._talk_shown()
        self.doubles: list[str] = []
        self.standing: ProposalRecord | None = None
        self.mix = self._mix_now()

    def _mix_now(self) -> ShownMix:
        """The mix as it would be proposed now; without an application as if it were made today."""
        if self.application is None:
            answer = self._computed(today())
            return self._shown(answer, _paying(answer))
        self.doubles = self._possible_doubles()
        self.standing = standing_proposal(self.session, question=self.question, actor=self.actor, today=today())
        if self.standing is not None:
            return self._shown(answer_of(self.session, record=self.standing), schemes_of(self.session, self.question))
        answer = self._computed(self.question.reference_date or today())
        return self._shown(answer, schemes_of(self.session, self.question))

    def _talk_shown(self) -> list[Stand]:
        """The talk that can be recorded, by its id and how often it was moved; it is looked at once, before it is recorded."""
        if self.talk is None:
            return []
        known = f"{self.talk.public_id} {self.talk.sequence}"
        return [Stand(TALK, _("Het gesprek"), known, format_datetime(self.talk.planned_for))]

    def _computed(self, on: date) -> QuestionAnswer:
        return compute_answer(self.session, question=self.question, on=on, confirmed_only=True, funding_on=today())

    def _shown(self, answer: QuestionAnswer, schemes: Mapping[str, SchemeInForce]) -> ShownMix:
        if answer.proposal is None:
            return ShownMix(answer, "", None)
        versions = {slug: scheme.content_hash for slug, scheme in answer.schemes.items()}
        alone = why_not_alone(
            self.session,
            problem=answer.problem,
            shares=answer.proposal.shares,
            schemes=schemes,
            actor=self.actor,
            on=today(),
        )
        return ShownMix(answer, mark_of_mix(answer.proposal, answer.problem, versions), alone)

    def agree(self, record: ProposalRecord) -> None:
        """Show this proposal from now on, to be compared with what the page showed."""
        self.mix = self._shown(answer_of(self.session, record=record), schemes_of(self.session, self.question))
        self.doubles = self._possible_doubles()
        decide_on(self.stands)

    def _possible_doubles(self) -> list[str]:
        application = application_by_question(self.session, question=self.question)
        if application is None:
            return []
        return [one.application.number for one in possible_doubles(self.session, application=application)]

    def stands(self) -> list[Stand]:
        """What the page shows and decides on."""
        mix, alone = self.mix.answer.proposal, self.mix.not_alone is None
        steps = [step for step, done in self.steps() if not done]
        return [
            *self.before,
            *self.talked,
            Stand("mix", _("Verdeling"), self.mix.mark, mix_said(mix, self.names) if mix is not None else _("geen")),
            Stand("steps", _("Wat dit doet"), " ".join(steps), format_list(str(STEPS[step]) for step in steps)),
            Stand("alone", _("Wie besluit"), int(alone), _("u") if alone else _("een collega")),
            Stand(
                "evidence",
                _("Stukken om te bekijken"),
                " ".join(one.public_id for one in self.unread),
                str(len(self.unread)),
            ),
            Stand("doubles", _("Kan dezelfde persoon zijn"), " ".join(self.doubles), ", ".join(self.doubles) or "–"),
        ]

    def steps(self) -> list[tuple[Step, bool]]:
        """All steps, with whether they were done before."""
        done = {
            Step.TAKE: self.owner is not None,
            Step.APPLY: self.application is not None,
            Step.COMPLETE: self.complete,
            Step.PROPOSE: self.standing is not None,
        }
        return [(step, done.get(step, False)) for step in Step if self.talked or step is not Step.RECORD]

    @cached_property
    def open_here(self) -> list[SchemeInForce]:
        """What one can apply for here now."""
        at = local_time(now())
        return schemes_to_apply_for(self.session, question=self.question, actor=self.actor, on=today(), at=at)

    def asked_for(self, schemes: Sequence[str]) -> tuple[list[str], list[str]]:
        """What these schemes want to see, and the questions that are still open for them; nothing when that was settled."""
        if self.application is not None:
            if self.complete:
                return [], []
            about: dict[str, Any] = {"question": self.question, "application": self.application}
            pieces = pieces_needed(self.session, **about, on=today())
            facts = missing_facts(self.session, **about)
        else:
            pieces = pieces_of_schemes(one.definition for one in self.open_here if one.slug in schemes)
            said = [self.mix.answer.verdict(slug) for slug in schemes]
            wanted = {fact for one in said if one is not None for fact in one.missing_facts}
            facts = tuple(sorted(fact for fact in wanted if not self._told_by_applying(fact)))
        wanted_still = {piece.key: localized(piece.words) for piece in missing_pieces(pieces, self.evidence)}
        handed_in = {
            one.piece: _("%(text)s (ingeleverd, nog niet bekeken)", text=localized(one.words)) for one in self.unread
        }
        return list((wanted_still | handed_in).values()), [self.names.names.question(fact) for fact in facts]

    def _told_by_applying(self, fact: str) -> bool:
        """Whether the application itself answers this: it asks for the birth date."""
        known = self.names.names.facts.get(fact)
        source = known.derived.from_ if known is not None and known.derived is not None else fact
        return source in BORN

    def form(self) -> OneGoForm:
        """The form with what is known; nothing in it is ticked but that a talk that has begun was held."""
        asked = now().astimezone(AMSTERDAM)
        own = [scheme.slug for scheme in self.open_here]
        known = known_of(self.question) | {"schemes": [one for one in _paying(self.mix.answer) if one in own]}
        form = OneGoForm(data=known | {"received_on": asked.date(), "time": asked.time()} | self._report())
        form.paying = _paying(self.mix.answer)
        form.applied = self.application.schemes if self.application is not None else None
        form.schemes.choices = [(one.slug, localized(one.definition.title)) for one in self.open_here]
        evidence, missing = self.asked_for(form.schemes.data or [])
        gone = [] if self.application is not None and not self.complete else ["received_on", "time"]
        if self.application is not None:
            gone += ["schemes", "confirmed", *OF_APPLICANT, *OF_EMPLOYER]
        elif self.question.route is Route.INDIVIDUAL:
            gone += OF_EMPLOYER
        if self.complete or (self.application is None and not (evidence or missing)):
            gone.append("evidence_in")
        if self.talk is None and "notes" not in request.form:
            gone += ["held", "notes"]
        for name in gone:
            del form[name]
        return form

    def _report(self) -> dict[str, Any]:
        """What the report of the talk begins with."""
        if self.talk is None or request.method not in READING:
            return {}
        started = min(self.talk.planned_for, now()).astimezone(AMSTERDAM)
        return {"held": True, "notes": report_template(self.question, self.talk, started)}


def _paying(answer: QuestionAnswer) -> dict[str, SchemeInForce]:
    """The schemes administered here that pay in a mix."""
    if answer.proposal is None:
        return {}
    here = {offer.id: offer.scheme for offer in answer.problem.offers if offer.administered == "here"}
    slugs = sorted({here[share.offer] for share in answer.proposal.shares if share.offer in here})
    return {slug: answer.schemes[slug] for slug in slugs}


@blueprint.route("/vraag/<question_id>/in-een-keer", methods=["GET", "POST"])
def in_one_go(question_id: str) -> ResponseReturnValue:
    """Take, apply, complete, propose and decide on one page; or nothing at all, with the step that was refused."""
    question = the_question(question_id)
    waits = open_request(current_session(), question=question, actor=current_actor()) is not None
    if request.method in READING and (not question.is_open or waits):
        return redirect(case_url(question))
    lock_first(question)
    going = GoingOver(question)
    form, refused = going.form(), None
    decide_on(going.stands)
    if form.validate_on_submit():
        try:
            return _carried_out(going, form)
        except StepRefused as refusal:
            form.refuse(refusal)
            refused = STEPS[refusal.step]
    evidence, missing = going.asked_for(form.schemes.data or [] if "schemes" in form else [])
    return page(
        "advisor/in_one_go.html",
        form=form,
        question=question,
        going=going,
        steps=step_rows(going),
        refused=refused,
        refuses=[going.names.title(slug) for slug in form.refuses],
        mix=view_of(going.mix.answer, question, going.names),
        evidence=evidence,
        missing=missing,
        pledge=pledge_rows(pledge_by_question(going.session, question=question)),
        objected=[
            row.objection for row in corrections_by_question(going.session, question=question) if row.is_open_point
        ],
        application_rows=application_rows(going.application, going.names) if going.application is not None else [],
        employer=question.route is Route.EMPLOYER,
    )


def step_rows(going: GoingOver) -> list[dict[str, Any]]:
    """The steps as the page lists them: what was done before and what this does."""
    rows = []
    for step, done in going.steps():
        text = LAY_DOWN if step is Step.DECIDE and going.mix.not_alone is not None else STEPS[step]
        hint = _("%(name)s heeft deze vraag", name=going.owner) if step is Step.TAKE and going.owner else None
        hint = _("Alleen als u hieronder het vinkje laat staan") if step is Step.RECORD else hint
        status, kind = (_("al gedaan"), "ok") if done else (_("gebeurt nu"), "info")
        rows.append({"label": text, "hint": hint, "status": status, "kind": kind})
    return rows


def _carried_out(going: GoingOver, form: OneGoForm) -> ResponseReturnValue:
    """Do everything, or show the letter first: the button that was used says which. Raises ``StepRefused``."""
    question, act = going.question, request.form.get("act", "decide")
    question_id = question.public_id

    def agree(record: ProposalRecord) -> None:
        going.agree(record)
        require_seen()

    made = settle_in_one_go(
        going.session, question=question, wanted=_wanted(going, form), agree=agree, actor=going.actor, now=now()
    )
    if not isinstance(made, Decision):
        flash(_("Alles is gedaan. Het besluit ligt klaar voor een collega met mandaat."), "ok")
        return redirect(url_for("advisor.question", question_id=question_id), code=303)
    if act == "preview":
        return letter_preview(question, message_of_decision(made), submit=_("Alles doen en versturen"))
    flash(_("Alles is gedaan. De aanvraag is goedgekeurd en de vouchers zijn gemaakt."), "ok")
    return redirect(url_for("advisor.decision", question_id=question_id), code=303)


def _wanted(going: GoingOver, form: OneGoForm) -> OneGo:
    """What was filled in."""
    applies = going.application is None
    return OneGo(
        rationale=form.rationale.data,
        checks=checks_of(form),
        ground=form.chosen_ground,
        schemes=form.schemes.data if applies else (),
        applicant=applicant_of(form) if applies else None,
        confirmed=bool(form.confirmed.data) if applies else False,
        evidence_in="evidence_in" in form and bool(form.evidence_in.data),
        received_at=_received_at(going, form),
        lay_down=request.form.get("act") == "prepare",
        held=_held(going, form),
    )


def _received_at(going: GoingOver, form: OneGoForm) -> datetime | None:
    """When all was in, of an application that was there already."""
    if going.application is None or "received_on" not in form:
        return None
    return moment_since(form.received_on.data, form.time.data, since=going.application.applied_at)


def _held(going: GoingOver, form: OneGoForm) -> HeldTalk | None:
    """The talk that the page showed, when it is ticked."""
    if "held" not in form or not form.held.data:
        return None
    public_id, _space, sequence = str(seen_values().get(TALK) or "").partition(" ")
    talk = conversation_by_public_id(going.session, public_id=public_id[:40], actor=going.actor)
    return HeldTalk(talk, int(sequence) if sequence.isdecimal() else -1, form.notes.data)
