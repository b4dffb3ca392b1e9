"""The receipt of a record: made from what was kept, the same every time, right, without names, and only for who may see it."""

from __future__ import annotations

import json
import shutil
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from matching.problem import LockedShare, Locks
from matching.problem.proposal import Share
from matching.receipt import read_receipt, receipt_text, verify
from portal.awarding.decision_receipts import LEFT_OUT, receipt_of_decision, receipt_of_proposal, receipt_of_question
from portal.awarding.decisions.actions import refer_question, reject_question
from portal.awarding.decisions.models import Decision
from portal.awarding.proposals.actions import make_proposal
from portal.cases.contents import save_facts, save_had_before
from portal.cases.questions.models import CostInput, HadBeforeInput, Route
from portal.framework.catalogue.models import RegionRecord, RegionSnapshot
from portal.framework.catalogue.queries import catalogue_of
from portal.framework.loading import load_region
from tests.factories import (
    ADVISOR,
    NOW,
    OWN_FACTS,
    PROEFLAND,
    REGION,
    SAM,
    SYSTEM,
    a_decision,
    a_question,
    a_voucher,
    an_application,
    approve,
    employer,
    resident,
)

LATER = NOW + timedelta(days=3)


def test_a_proposal_gives_a_receipt_that_holds_and_is_the_same_every_time(session: Session) -> None:
    question = an_application(session, costs=[CostInput("tuition", 300_000), CostInput("materials", 40_001)])
    record = make_proposal(session, question=question, actor=ADVISOR, now=NOW)
    made = receipt_of_proposal(session, record=record, actor=ADVISOR)
    assert made is not None and verify(made) == []
    assert made.content.proposal == json.loads(record.answer_json)["proposal"], "as it was kept"
    assert made.content.problem == json.loads(record.problem_json)
    assert made.content.question_number == question.reference_number
    assert made.content.model.version and made.content.funding_titles["rijk-leren"].nl == "Leren individueel"
    text = receipt_text(made)
    session.commit()
    session.expire_all()
    again = receipt_of_proposal(session, record=record, actor=resident(question))
    assert again is not None and receipt_text(again) == text
    assert read_receipt(text, "bewijs.json") == made


def test_a_decision_gives_a_receipt_with_what_was_decided_and_by_which_body(session: Session) -> None:
    question, decision = a_decision(session)
    made = receipt_of_decision(session, decision=decision, actor=ADVISOR)
    assert made is not None and verify(made) == []
    held = made.content.decision
    assert held is not None and (held.kind, held.decided_on, held.amended) == ("approved", date(2026, 3, 2), False)
    [outcome] = held.outcomes
    assert (outcome.scheme, outcome.amount_cents) == ("leervoucher", 120_000)
    assert outcome.body is not None and outcome.body.nl == "Het college van Proefstad"
    assert held.checked == ("identity", "purpose", "costs", "nothing_paid_twice")
    assert receipt_of_question(session, question=question, actor=resident(question)) == made


def test_an_own_mix_and_locks_stand_in_it_with_the_reason(session: Session) -> None:
    question = an_application(session, costs=[CostInput("tuition", 120_000)])
    shares = [Share(line="k1", offer="leervoucher", funding_line="provincie-breed", cents=100_000)]
    decision = approve(session, question, shares=shares, rationale="Sam de Vries betaalt zelf mee.")
    made = receipt_of_decision(session, decision=decision, actor=ADVISOR)
    assert made is not None and verify(made) == []
    assert {(one.kind, one.funding_line, one.cents, one.proposed_cents) for one in made.content.overrides} == {
        ("own_mix", "provincie-breed", 100_000, 0),
        ("own_mix", "rijk-leren", 0, 120_000),
    }
    assert made.content.overrides[0].reason == f"{LEFT_OUT} betaalt zelf mee."
    other = an_application(session)
    locks = Locks(shares=(LockedShare(line="k1", offer="leervoucher", cents=50_000),))
    why = "Sam de Vries wil geld voor later."
    record = make_proposal(session, question=other, actor=ADVISOR, now=NOW, locks=locks, reason=why)
    locked = receipt_of_proposal(session, record=record, actor=ADVISOR)
    assert locked is not None and verify(locked) == []
    assert [(one.kind, one.cents) for one in locked.content.overrides] == [("locked", 50_000)]
    assert locked.content.overrides[0].reason == f"{LEFT_OUT} wil geld voor later."


def test_a_rejection_rests_on_the_last_proposal_before_it(session: Session) -> None:
    question = an_application(session)
    make_proposal(session, question=question, actor=ADVISOR, now=NOW)
    decision = reject_question(
        session, question=question, rationale="De opleiding is al begonnen.", ground=OWN_FACTS, actor=ADVISOR, now=LATER
    )
    made = receipt_of_decision(session, decision=decision, actor=ADVISOR)
    assert made is not None and verify(made) == []
    assert made.content.decision is not None
    assert [(one.outcome, one.amount_cents) for one in made.content.decision.outcomes] == [("rejected", 0)]
    assert made.content.made_at == "2026-03-05T09:00:00Z"


def test_without_any_computation_there_is_no_receipt(session: Session) -> None:
    question = a_question(session)
    assert receipt_of_question(session, question=question, actor=ADVISOR) is None
    refer_question(
        session, question=question, referred_to="UWV", explanation="Daar helpen ze u.", actor=ADVISOR, now=LATER
    )
    assert receipt_of_question(session, question=question, actor=ADVISOR) is None


def test_only_who_may_see_the_question_gets_its_receipt(session: Session) -> None:
    question, decision = a_decision(session)
    record = make_proposal(session, question=a_question(session), actor=ADVISOR, now=NOW)
    stranger = resident(a_question(session))
    for actor in (stranger, employer(question), REGION):
        assert receipt_of_decision(session, decision=decision, actor=actor) is None
        assert receipt_of_proposal(session, record=record, actor=actor) is None
        assert receipt_of_question(session, question=question, actor=actor) is None
    assert receipt_of_decision(session, decision=decision, actor=resident(question)) is not None


def test_it_says_who_gave_each_fact_and_when(session: Session) -> None:
    question = an_application(session)
    save_facts(session, question=question, facts={"training_start": "2026-06-01"}, actor=ADVISOR, now=LATER)
    record = make_proposal(session, question=question, actor=ADVISOR, now=LATER)
    made = receipt_of_proposal(session, record=record, actor=ADVISOR)
    assert made is not None
    told = {one.key: (one.source, one.known_on) for one in made.content.facts}
    assert told["residence_municipality"] == ("resident", date(2026, 3, 2))
    assert told["training_start"] == ("advisor", date(2026, 3, 5))


def test_it_says_which_earlier_awards_were_looked_up_and_which_were_declared(session: Session) -> None:
    a_voucher(session, applicant=SAM, costs=[CostInput("tuition", 200_000)])
    again = an_application(session, applicant=SAM, costs=[CostInput("tuition", 200_000)])
    entries = [HadBeforeInput("studielening", 10_000, date(2026, 1, 5))]
    save_had_before(session, question=again, entries=entries, actor=ADVISOR, now=NOW)
    record = make_proposal(session, question=again, actor=ADVISOR, now=NOW)
    made = receipt_of_proposal(session, record=record, actor=ADVISOR)
    assert made is not None and verify(made) == []
    assert made.content.looked_up == ("leervoucher",)
    assert {one["scheme"] for one in made.content.question["had_before"]} == {"leervoucher", "studielening"}


def test_no_name_address_or_number_of_a_person_is_in_it(session: Session) -> None:
    question = an_application(session, applicant=SAM)
    rationale = (
        "De heer Vries (sam@voorbeeld.example, 06-12345678) woont in de Dorpsstraat 12, 9990 AA. Sam leert graag."
    )
    decision = approve(session, question, rationale=rationale)
    made = receipt_of_decision(session, decision=decision, actor=ADVISOR)
    assert made is not None
    text = receipt_text(made)
    for word in (
        "Sam",
        "Vries",
        "voorbeeld.example",
        "12345678",
        "Dorpsstraat",
        "9990 AA",
        "technicus",
        "Monteur",
        "Ada",
    ):
        assert word not in text, word
    assert made.content.decision is not None and made.content.decision.rationale.endswith(f"{LEFT_OUT} leert graag.")
    company = an_application(session, route=Route.EMPLOYER)
    theirs = receipt_of_decision(session, decision=approve(session, company), actor=ADVISOR)
    assert theirs is not None and verify(theirs) == []
    assert not any(word in receipt_text(theirs) for word in ("Bakkerij", "12345678", "Kim", "Kees"))


# Reading with the lists of then ----------------------------------------------------------------------------------------


def test_a_receipt_keeps_the_facts_and_lists_of_then_when_the_region_changes(session: Session, tmp_path: Path) -> None:
    _, decision = a_decision(session)
    before = receipt_of_decision(session, decision=decision, actor=ADVISOR)
    folder = tmp_path / "proefland"
    shutil.copytree(PROEFLAND, folder)
    file = folder / "reference" / "region_municipalities.yaml"
    changed = file.read_text().replace("GM9901", "GM9999")
    assert changed != file.read_text()
    file.write_text(changed)
    load_region(session, folder=folder, actor=SYSTEM, now=LATER)
    session.commit()
    after = receipt_of_decision(session, decision=decision, actor=ADVISOR)
    assert before is not None and after is not None and receipt_text(after) == receipt_text(before)
    assert verify(after) == []
    assert len(session.scalars(select(RegionSnapshot)).all()) == 2
    load_region(session, folder=PROEFLAND, actor=SYSTEM, now=LATER)
    assert len(session.scalars(select(RegionSnapshot)).all()) == 2, "the same content is kept once"


def test_a_snapshot_is_found_by_the_hash_that_proposals_name(session: Session) -> None:
    _, decision = a_decision(session)
    assert isinstance(decision, Decision)
    row = session.scalars(select(RegionRecord)).one()
    found = catalogue_of(session, content_hash=row.content_hash)
    assert found is not None and found.region.region == "proefland"
    assert catalogue_of(session, content_hash="0" * 64) is None
