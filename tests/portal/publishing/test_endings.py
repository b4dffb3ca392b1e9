"""When a scheme stops, who waits for it, who applied for it and who still could is told once, in the own language; nobody else."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounting.winding_down.queries import who_is_told
from portal.awarding.waiting_list.actions import join_waiting_list
from portal.cases.questions.models import ContactDetails, ContactWay, Route
from portal.framework.catalogue.queries import SchemeInForce, scheme_in_force
from portal.papers.correspondence import compose
from portal.post.messages.models import OutboxMessage
from portal.publishing.endings import concerned_by_end, tell_of_end
from tests.factories import ADVISOR, NOW, a_draft, a_question, a_region, a_voucher, an_application
from tests.portal.accounting.winding_down.winding import SCHEME, TODAY, begun, stop
from tests.portal.awarding.waiting_list.region import with_waiting_list

CALLS = ContactDetails(way=ContactWay.PHONE, name="Sam de Vries", phone="0612345678")


def told(session: Session) -> Counter[tuple[int, str, str]]:
    """Per question by which text, and how."""
    rows = select(OutboxMessage.object_id, OutboxMessage.template, OutboxMessage.kind)
    found = session.execute(rows.where(OutboxMessage.template.like("%/scheme_ends%")))
    return Counter((row.object_id, row.template, row.kind.value) for row in found)


def scheme(session: Session) -> SchemeInForce:
    found = scheme_in_force(session, slug=SCHEME, on=TODAY)
    assert found is not None
    return found


def test_who_applied_and_who_still_could_are_told_in_the_act_itself_and_nobody_else(session: Session) -> None:
    a_region(session)
    applied, other = an_application(session), an_application(session, schemes=["materiaalvoucher"])
    asked, calls = a_question(session), a_question(session, contact=CALLS)
    elsewhere = a_question(session, facts={"residence_municipality": "GM0014"})
    employer, draft, decided = a_question(session, route=Route.EMPLOYER), a_draft(session), a_voucher(session)
    asked.language = "en"
    winding = begun(session)
    assert told(session) == Counter(), "the control: nothing stops by beginning to wind down"
    counts = who_is_told(session, winding=winding)
    assert (counts.questions, counts.applications, counts.waiting) == (2, 1, 0)
    stop(session)
    expected = {(applied.id, "application/scheme_ends", "email"): 1, (asked.id, "question/scheme_ends", "email"): 1}
    assert told(session) == expected, "who wants to be called is called"
    passed_over = {other.id, elsewhere.id, employer.id, draft.id, decided.question_id}
    assert not passed_over & {number for number, _text, _how in told(session)}
    found = concerned_by_end(session, scheme=scheme(session), on=TODAY)
    assert (found.waiting, found.applied, found.asked) == ((), (applied,), (asked, calls))
    assert tell_of_end(session, scheme=scheme(session), last_day=TODAY, on=TODAY, now=NOW) == 3
    assert told(session) == expected, "a second time tells nobody twice"
    messages = session.scalars(select(OutboxMessage).where(OutboxMessage.template.like("%/scheme_ends"))).all()
    mails = {one.object_id: compose(session, message=one, address="https://loket.example", now=NOW) for one in messages}
    assert mails[applied.id].subject == "Een regeling stopt" and "Leervoucher" in mails[applied.id].body
    assert mails[asked.id].subject == "A scheme ends" and "Learning voucher" in mails[asked.id].body


def test_who_waits_for_the_money_is_told_so_and_gets_no_second_message_as_applicant(
    session: Session, tmp_path: Path
) -> None:
    with_waiting_list(session, tmp_path / "proefland")
    waits, applied = an_application(session), an_application(session, now=NOW + timedelta(minutes=1))
    join_waiting_list(session, question=waits, scheme=SCHEME, agreed_on=TODAY, actor=ADVISOR, now=NOW)
    assert tell_of_end(session, scheme=scheme(session), last_day=TODAY, on=TODAY, now=NOW) == 2
    assert told(session) == {
        (waits.id, "application/scheme_ends_waiting", "email"): 1,
        (applied.id, "application/scheme_ends", "email"): 1,
    }


def test_of_a_next_version_that_ends_too_people_are_told_again(session: Session) -> None:
    applied, held = an_application(session), scheme(session)
    later = SchemeInForce(held.slug, 2, held.version_id + 1, held.content_hash, held.definition)
    for one in (held, held, later):
        tell_of_end(session, scheme=one, last_day=TODAY, on=TODAY, now=NOW)
    assert told(session) == {(applied.id, "application/scheme_ends", "email"): 2}
