"""Every letter of a decision names the body, who signed by mandate, the ground, how to object or appeal and until when; and what
one pays: in Dutch and in English."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import date, timedelta
from pathlib import Path
from unittest.mock import patch

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.awarding.decisions.actions import reject_question
from portal.awarding.reductions import Ending, TakingBasis, end_award, lower_award, revoke_award
from portal.awarding.restoring import restore_award
from portal.awarding.takings.models import TakingGround
from portal.cases.contents import CostInput
from portal.cases.questions.models import Route
from portal.papers.legal_table import DECISIONS, Recourse, row_of_letter
from portal.papers.legal_words import in_order
from portal.papers.letter_content import LetterContent, letter_content
from portal.paying.collecting.actions import determine_interest
from portal.paying.collecting.models import StepKind
from portal.paying.collecting.relief import defer_payment, refuse_relief, waive_charges
from portal.paying.collecting.undoing import undo_interest
from portal.paying.late_interest.actions import determine_own_interest_again
from portal.paying.recoveries import monthly_terms, plan_instalments, write_off
from portal.paying.setting_off.undoing import undo_set_off
from portal.paying.settlements.actions import SettlementDraft, settle_voucher
from portal.paying.settlements.lowering import LoweringDraft, lower_settlement
from portal.paying.settlements.models import Recovery, SettlementGround
from portal.platform.i18n import format_date, format_euros, use_locale
from portal.post.letters.queries import last_day_to_object
from portal.post.messages.actions import mark_sent
from portal.post.messages.models import OutboxMessage
from portal.second_look.late_decisions.actions import PenaltyDraft, give_notice, settle_penalty
from portal.second_look.objections.models import ObjectionOutcome
from portal.second_look.penalties.actions import settle_penalty_again
from portal.spending.vouchers.actions import redeem_voucher
from portal.spending.vouchers.bill import Bill
from tests.factories import (
    ADVISOR,
    BODY,
    MOVED,
    NOW,
    OWN_FACTS,
    REGION,
    SECOND,
    a_decision,
    a_provider,
    a_voucher,
    an_application,
    approve,
    asker,
)
from tests.portal.awarding.test_setting_aside import aside, decided, objected
from tests.portal.awarding.test_top_ups import dearer, more
from tests.portal.paying.collecting.owed_late import at, pay
from tests.portal.paying.late_interest.paid_late import determined
from tests.portal.paying.setting_off.test_setting_off import SAME, do, of_a_holder
from tests.portal.paying.settling_again import test_settling_again as again
from tests.portal.second_look.objections.test_appeal import reversed_decision

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
LONG_AFTER = date(2028, 4, 14)
DATED = NOW.date() + timedelta(days=40)
LANGUAGES = {
    "nl": ("bezwaar maken", "in beroep gaan", BODY),
    "en": ("can object", "appeal to", "The executive of Proefstad"),
}


DUTY = TakingBasis(TakingGround.DUTY_NOT_MET, MOVED.left_out)


def on_a_claim(session: Session, folder: Path) -> None:
    """Set off, and interest; both undone after an objection."""
    claim, _ = pair = of_a_holder(session, folder)
    done = do(session, pair, SAME)
    relieved(session, claim)
    pay(session, claim, claim.open_cents, LONG_AFTER)
    charge = determine_interest(session, recovery=claim, actor=ADVISOR, now=at(LONG_AFTER))
    pay(session, claim, 1_000, LONG_AFTER, "R2")
    by = {"reason": "Gegrond.", "actor": SECOND, "now": at(LONG_AFTER)}
    waive_charges(session, recovery=claim, reason="Zwaar.", actor=ADVISOR, now=at(LONG_AFTER))
    undo_interest(session, charge=charge, **by)  # type: ignore[arg-type]
    undo_set_off(session, done=done, **by)  # type: ignore[arg-type]


def relieved(session: Session, claim: Recovery) -> None:
    """A claim of which payment is put off, planned, refused and partly let go."""
    by = {"recovery": claim, "actor": ADVISOR, "now": NOW}
    for refused in (StepKind.NOT_DEFERRED, StepKind.NOT_WAIVED):
        refuse_relief(session, refused=refused, reason="Kan betalen.", **by)  # type: ignore[arg-type]
    defer_payment(session, until=NOW.date() + timedelta(days=90), reason="Ziek.", **by)  # type: ignore[arg-type]
    terms = monthly_terms(amount_cents=claim.open_cents, number=2, first_on=NOW.date() + timedelta(days=30))
    plan_instalments(session, terms=terms, **by)  # type: ignore[arg-type]
    write_off(session, amount_cents=1_000, reason="Weinig.", **by)  # type: ignore[arg-type]


def taken(session: Session) -> None:
    """Two vouchers are revoked and come back, of which one waits for money."""
    for has_money in (True, False):
        voucher = a_voucher(session)
        decision = revoke_award(session, voucher=voucher, basis=DUTY, reason="Gestopt.", actor=ADVISOR, now=NOW)
        with nullcontext() if has_money else patch("portal.awarding.restoring._reserved", lambda *_: False):
            restore_award(session, voucher=voucher, taken_by=decision, reason="Gegrond.", actor=SECOND, now=NOW)


def too_late(session: Session) -> None:
    """A decision that came a month after somebody wrote that it was late."""
    question, wrote_on = an_application(session), date(2026, 4, 29)
    objector = asker(question)
    given = {"received_on": wrote_on, "actor": objector, "now": at(wrote_on)}
    notice = give_notice(session, question=question, objection=None, **given)  # type: ignore[arg-type]
    then = at(date(2026, 5, 28))
    made = reject_question(session, question=question, rationale="Nee.", ground=OWN_FACTS, actor=ADVISOR, now=then)
    told = select(OutboxMessage).where(OutboxMessage.template == "decision/rejected", OutboxMessage.version == made.id)
    mark_sent(session, message=session.scalars(told).one(), now=then)
    draft = PenaltyDraft("Te laat.")
    settle_penalty(session, notice=notice, draft=draft, actor=SECOND, now=at(date(2026, 6, 3)))
    more_days = {"days": 30, "reason": "Gegrond.", "actor": ADVISOR, "now": at(date(2026, 7, 1))}
    settle_penalty_again(session, notice=notice, **more_days)  # type: ignore[arg-type]


def paid_too_late(session: Session) -> None:
    """What went back to a holder after an objection bears interest, and more of it after another objection."""
    made = determined(session)
    more = {"amount_cents": made.amount_cents + 1_00, "reason": "Gegrond.", "actor": SECOND, "now": at(LONG_AFTER)}
    determine_own_interest_again(session, made=made, **more)  # type: ignore[arg-type]


def every_decision(session: Session, folder: Path) -> None:
    """Each decision that the desk can take, on cases of their own."""
    by = {"actor": ADVISOR, "now": NOW}
    on_a_claim(session, folder)
    reversed_decision(session)
    approve(session, an_application(session, schemes=["leervoucher", "materiaalvoucher"]))
    question = an_application(session)
    reject_question(session, question=question, rationale="Past niet.", ground=OWN_FACTS, **by)
    decided(session, objected(session, aside(session)[1]), ObjectionOutcome.UNFOUNDED)
    lower_award(session, voucher=a_voucher(session), by_cents=20_000, basis=DUTY, reason="Korting.", **by)
    for moved_on in (NOW.date(), None):
        ending = Ending(NOW.date() + timedelta(days=60), 0, "Geen kosten.", moved_on)
        end_award(session, voucher=a_voucher(session), ending=ending, basis=MOVED, reason="Verhuisd.", **by)
    too_late(session)
    paid_too_late(session)
    voucher = a_voucher(session)
    dearer(session, voucher, 30_000)
    more(session, voucher, 30_000)
    used, (_, pia) = a_voucher(session), a_provider(session)
    redeem_voucher(session, voucher=used, bill=Bill("F9", NOW.date(), 50_000), actor=pia, now=NOW)
    settle_voucher(session, voucher=used, draft=SettlementDraft(50_000, SettlementGround.AS_USED, "Klaar."), **by)
    less = LoweringDraft(20_000, SettlementGround.NEW_FACTS, "Niet geweest.", None, MOVED.left_out)
    lower_settlement(session, voucher=used, draft=less, **by)
    again.founded(session, again.objected(session, again.settled_lower(session)), 100_000)
    taken(session)


def words(letter: LetterContent, language: str) -> str:
    return json.dumps(letter.blocks if language == "nl" else letter.english, ensure_ascii=False)


def letters(session: Session) -> Iterator[tuple[OutboxMessage, LetterContent]]:
    for message in session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)):
        row = row_of_letter(message.template)
        if row is not None and row.recourse is not Recourse.NONE:
            yield message, letter_content(session, message=message, dated=DATED, now=NOW)


def lacking(letter: LetterContent, articles: tuple[str, ...]) -> list[str]:
    """What a letter of a decision must say and does not, in each language."""
    found = [] if letter.object_by == last_day_to_object(DATED) else ["last day"]
    signature = str(letter.blocks[-3:])
    signed = f"Namens: {BODY}" in signature and any(one.signature in signature for one in (ADVISOR, SECOND, REGION))
    found += [] if signed else ["signature"]
    for language, (objection, appeal, body) in LANGUAGES.items():
        text = words(letter, language)
        with use_locale(language):
            last = format_date(letter.object_by) if letter.object_by is not None else "-"
        found += [f"{language}: body"] if body not in text else []
        found += [f"{language}: {article}" for article in articles if article not in text]
        found += [f"{language}: objection or appeal"] if (objection in text) is (appeal in text) else []
        found += [f"{language}: {last}"] if last not in text else []
    return found


def test_every_letter_of_a_decision_names_body_signature_ground_and_recourse_with_its_last_day(
    session: Session, tmp_path: Path
) -> None:
    every_decision(session, tmp_path)
    seen = set()
    for message, letter in letters(session):
        row = row_of_letter(message.template)
        assert row is not None
        ground = () if message.template == "objection/decided" else row.ground
        assert (message.template, lacking(letter, tuple(in_order(ground)))) == (message.template, [])
        seen.add(message.template)
    assert seen == {name for row in DECISIONS if row.recourse is not Recourse.NONE for name in row.letters}
    # The control: a letter that makes no decision known lacks all of it.
    received = session.scalars(select(OutboxMessage).where(OutboxMessage.template == "application/received")).first()
    assert received is not None
    letter = letter_content(session, message=received, dated=DATED, now=NOW)
    assert {"last day", "nl: body", "en: body", "nl: objection or appeal"} <= set(lacking(letter, ()))


def test_the_letter_says_per_payer_what_is_paid_and_what_one_pays_also_when_that_is_nothing(session: Session) -> None:
    def of(template: str) -> LetterContent:
        rows = select(OutboxMessage).where(OutboxMessage.template == template).order_by(OutboxMessage.id.desc())
        message = session.scalars(rows).first()
        assert message is not None
        return letter_content(session, message=message, dated=DATED, now=NOW)

    def says(letter: LetterContent, language: str, total: int, own: int) -> bool:
        with use_locale(language):
            costs, pays = format_euros(total), format_euros(own)
        sentence = (
            f"De kosten zijn {costs}. U betaalt zelf {pays}."
            if language == "nl"
            else f"The costs are {costs}. You pay {pays} yourself."
        )
        return sentence in words(letter, language)

    a_decision(session)
    for language in LANGUAGES:
        assert says(of("decision/approved"), language, 120_000, 0), words(of("decision/approved"), language)
    lower_award(
        session, voucher=a_voucher(session), by_cents=20_000, basis=DUTY, reason="Minder.", actor=ADVISOR, now=NOW
    )
    for language in LANGUAGES:
        assert says(of("reduction/lowered"), language, 120_000, 20_000), "what was taken is one's own part now"
    used, (_, pia) = a_voucher(session), a_provider(session)
    redeem_voucher(session, voucher=used, bill=Bill("F8", NOW.date(), 50_000), actor=pia, now=NOW)
    settle_voucher(
        session, voucher=used, draft=SettlementDraft(50_000, SettlementGround.AS_USED, "Klaar."), actor=ADVISOR, now=NOW
    )
    assert "De kosten zijn" not in words(of("settlement/as_used"), "nl"), "what it cost then is not known"
    approve(session, an_application(session, route=Route.EMPLOYER, costs=[CostInput("tuition", 300_000)]))
    for language in LANGUAGES:
        assert says(of("decision/approved"), language, 300_000, 150_000), "the employer pays half itself"
        assert not says(of("decision/approved"), language, 300_000, 0)
    assert "Bedrijfsvoucher" in words(of("decision/approved"), "nl") and "U zelf" in words(
        of("decision/approved"), "nl"
    )
    question = an_application(session)
    reject_question(session, question=question, rationale="Past niet.", ground=OWN_FACTS, actor=ADVISOR, now=NOW)
    assert "Wij betalen daarvan € 0." in words(of("decision/rejected"), "nl")
    assert "We pay €0 of that." in words(of("decision/rejected"), "en")
