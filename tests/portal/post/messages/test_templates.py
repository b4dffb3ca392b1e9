"""Every text of a message makes a mail, and for who asked also a letter that passes the checker of PDF/UA."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pdfua
import pytest
from jinja2 import UndefinedError
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounting.scheduled_reports.actions import ScheduleTerms, ask_for_reports
from portal.accounting.scheduled_reports.models import ScheduleEvery
from portal.accounting.warnings.actions import set_digest
from portal.cases.former_contacts import CHANGED, FormerContact
from portal.cases.own_proof.models import OwnProof
from portal.cases.questions.models import ContactWay
from portal.papers.correspondence import WITH_SIGN_IN_LINK, compose
from portal.papers.letter_content import draw, letter_content
from portal.paying.collecting.actions import determine_interest
from portal.paying.late_interest.actions import determine_own_interest_again
from portal.paying.setting_off.models import SetOff, SetOffGround
from portal.people.accounts.actions import create_account
from portal.people.accounts.models import Role
from portal.people.accounts.queries import actor_of_account
from portal.platform.config import TEMPLATES
from portal.platform.database import make_engine
from portal.post.messages.actions import NewMessage, enqueue
from portal.post.messages.models import OutboxMessage
from portal.post.messages.queries import OWN_CODE
from portal.second_look.late_decisions.actions import PenaltyDraft, give_notice, settle_penalty
from portal.second_look.objection_terms import Delay, agree_on_delay, ask_repair, ask_to_be_heard
from portal.second_look.objections.actions import (
    ObjectionDraft,
    adjourn_objection,
    decide_objection,
    plan_hearing,
    receive_objection,
    waive_hearing,
)
from portal.second_look.objections.models import DelayBasis, ObjectionOutcome, WaiverReason
from portal.second_look.penalties.models import PenaltyAgain
from portal.spending.vouchers.models import Redemption, Voucher
from tests.factories import ADVISOR, NOW, SECOND, SYSTEM, a_decision
from tests.portal.paying.collecting.owed_late import at, pay, sent
from tests.portal.paying.late_interest.paid_late import determined

PORTAL = Path(__file__).parents[4] / "portal"
TODAY = NOW.date()
ADDRESS = "https://loket.example"
AMOUNT: dict[str, Any] = {"amount_cents": 123_45, "reason": "Zo was het afgesproken."}
DAYS: dict[str, Any] = {"day_before": "2026-04-01", "day_after": "2026-05-01", "reason": "De groep begint later."}
SETTLED: dict[str, Any] = {
    "settled_cents": 900_00,
    "awarded_cents": 1200_00,
    "used_cents": 1000_00,
    "claimed_cents": 100_00,
    "ground": "obligation",
    "reason": "De opleiding is niet afgemaakt.",
}
REDUCED: dict[str, Any] = {"freed_cents": 200_00, "left_cents": 500_00, "reason": "De opleiding is goedkoper."}
ENDING: dict[str, Any] = {
    "open_cents": 200_00,
    "left_cents": 500_00,
    "ends_on": "2026-05-01",
    "damage_cents": 50_00,
    "damage_reason": "Het inschrijfgeld komt niet terug.",
    "article": "4:50",
    "part": "b",
    "ground": "changed",
    "reason": "De houder is verhuisd.",
}
BACK: dict[str, Any] = {"back_cents": 200_00, "open_cents": 700_00, "until": "2026-09-01", "reason": "U gaat verder."}
OWED: dict[str, Any] = {"amount_cents": 50_00, "open_cents": 100_00, "parts": 2}
ENDS: dict[str, Any] = {"title": {"nl": "Leervoucher", "en": "Learning voucher"}, "last_day": "2026-06-30"}
DETAILS: dict[str, Mapping[str, Any]] = {
    "account/review_due": {"number": 3},
    "account/unusual_viewing": {"number": 3},
    "account/trouble": {"aspects": ["backup", "given_up"]},
    "application/scheme_ends": ENDS,
    "application/scheme_ends_waiting": ENDS,
    "question/scheme_ends": ENDS,
    "application/received_together": {"number": 7, "first": "AV-2026-0001", "last": "AV-2026-0007"},
    "question/received_together": {"number": 7, "first": "OV-2026-0001", "last": "OV-2026-0007"},
    "application/delayed": {"reason": "Er zijn te weinig mensen.", "weeks": 3, "decide_by": "2026-05-18"},
    "hearing/about_voucher": {
        "act": "lower",
        "amount_cents": 200_00,
        "facts": "De opleider geeft een les minder.",
        "answer_by": "2026-03-20",
    },
    "hearing/invited": {"facts": "Uw werkgever zegt dat hij de opleiding betaalt.", "answer_by": "2026-03-20"},
    "recovery/charges_waived": {"amount_cents": 19_00},
    "recovery/deferred": {"open_cents": 100_00, "until": "2026-06-30", "interest_free": True},
    "recovery/interest": {"cents": 49_00},
    "recovery/reminded": {"due_cents": 600_00, "due_on": "2026-04-13", "cost_cents": 19_00, "open_cents": 600_00},
    "recovery/set_off": {
        "amount_cents": 200_00,
        "open_cents": 400_00,
        "bill": "B-1",
        "ground": "same_activities",
        "article": "",
        "reason": "Zelfde regeling.",
    },
    "recovery/interest_undone": {"waived_cents": 39_00, "owed_cents": 10_00, "cents": 49_00, "reason": "U was ziek."},
    "recovery/set_off_undone": {
        "amount_cents": 200_00,
        "open_cents": 400_00,
        "bill": "B-1",
        "until": "2026-06-30",
        "reason": "Geen grond.",
    },
    "recovery/missed": OWED,
    "recovery/not_deferred": OWED,
    "recovery/not_waived": OWED,
    "recovery/planned": OWED,
    "recovery/received": OWED,
    "recovery/written_off": OWED,
    "reduction/ends": ENDING,
    "reduction/lowered": REDUCED,
    "reduction/moved_ends": ENDING,
    "reduction/restored": BACK,
    "reduction/restored_waits": BACK | {"until": None},
    "reduction/revoked": REDUCED,
    "settlement/again": {
        "before_cents": 400_00,
        "settled_cents": 900_00,
        "stands_cents": 800_00,
        "open_cents": 50_00,
        "unclaimed_cents": 100_00,
        "repaid_cents": 300_00,
        "restored_cents": 100_00,
        "reason": "De opleiding is wel gevolgd.",
    },
    "settlement/as_used": SETTLED,
    "settlement/lower": SETTLED,
    "settlement/lowered": SETTLED | {"before_cents": 700_00, "ground": "duty_after", "breached_on": "2026-05-04"},
    "voucher/cancelled": AMOUNT,
    "voucher/credited": AMOUNT,
    "voucher/extended": DAYS,
    "voucher/put_back": DAYS,
    "voucher/restored": BACK,
    "voucher/start_moved": DAYS,
    "voucher/topped_up": AMOUNT,
}
"""What the acts put in a message beside its ids, for each text that shows it."""
OF_OWN_INTEREST = ("late/interest", "late/interest_again")
OF_A_CLAIM = ("recovery/interest", "recovery/set_off", *OF_OWN_INTEREST)
"""Of these the version is the id of what it makes known."""
MEDIA_TYPES = {"application/json", "application/pdf", "application/yaml"}
TO_STAFF = ("account/", "provider/")
"""These go to people with an account, by mail only."""


def templates() -> list[str]:
    folder = TEMPLATES / "messages"
    return sorted(str(path.relative_to(folder).with_suffix("")) for path in folder.glob("*/*.txt"))


@dataclass(frozen=True)
class Post:
    """A desk with a decision, an objection against it and a provider, and messages about them."""

    session: Session
    question: int
    account: int
    versions: Mapping[str, int]

    def message(self, template: str, kind: str, details: Mapping[str, Any] | None) -> OutboxMessage:
        """A message as the act behind it would queue it."""
        to_staff = template.startswith(TO_STAFF)
        group = template.partition("/")[0]
        if template == "account/report_ready":
            details = {"schedule": self.versions["schedule"], "first": "2026-02-01", "last": "2026-02-28"}
        about = self.account if to_staff else self.question
        if template in OF_A_CLAIM:
            owing = "owed late" if template in OF_OWN_INTEREST else "owing"
            about, self_version = self.versions[owing], self.versions[template]
        else:
            self_version = self.versions.get(group, 99) + (0 if group == "decision" else 1000)
        if group == "objection":
            details = {"objection": self.versions["decided" if template.endswith("decided") else group]}
        if template == "late/penalty_again":
            self_version = self.versions["again"]
        if group == "late" and template not in OF_OWN_INTEREST:
            details = {"notice": self.versions["notice"]}
        return enqueue(
            self.session,
            message=NewMessage(
                kind=kind,
                template=template,
                recipient="account" if to_staff else "resident",
                object_kind="account" if to_staff else "question",
                object_id=about,
                version=self.versions["former"] if template == CHANGED else self_version,
                details=details,
            ),
            now=NOW,
        )


@pytest.fixture(scope="module")
def filled(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Mapping[str, int]]]:
    """The database behind `post`, filled once."""
    path = tmp_path_factory.mktemp("post") / "desk.db"
    shutil.copyfile(sqlite_template, path)
    engine = make_engine(f"sqlite:///{path}")
    with Session(engine) as session:
        question, decision = a_decision(session)
        objection = receive_objection(
            session,
            decision=decision,
            received_on=TODAY,
            grounds="Het is te weinig.",
            committee=True,
            actor=SECOND,
            now=NOW,
        )
        moment = NOW + timedelta(days=20)
        plan_hearing(session, objection=objection, at=moment, place="Balie", actor=SECOND, now=NOW)
        adjourn_objection(session, objection=objection, reason="De commissie is op reis.", actor=SECOND, now=NOW)
        until = NOW.date() + timedelta(days=14)
        ask_repair(session, objection=objection, missing="De redenen.", answer_by=until, actor=SECOND, now=NOW)
        ask_to_be_heard(session, objection=objection, answer_by=until, actor=SECOND, now=NOW)
        further = Delay(NOW.date() + timedelta(days=250), DelayBasis.ALL_AGREE, "Iedereen, per brief.", "Vakantie.")
        agree_on_delay(session, objection=objection, delay=further, actor=SECOND, now=NOW)
        late = NOW + timedelta(days=260)
        notice = give_notice(
            session, question=question, objection=objection, received_on=late.date(), actor=SECOND, now=late
        )
        _question, refused = a_decision(session)
        decided = receive_objection(
            session, decision=refused, received_on=TODAY, grounds="Te laat.", committee=False, actor=SECOND, now=NOW
        )
        waive_hearing(session, objection=decided, reason=WaiverReason.NOT_WANTED, actor=SECOND, now=NOW)
        decide_objection(
            session,
            objection=decided,
            draft=ObjectionDraft(outcome=ObjectionOutcome.UNFOUNDED, rationale="Het besluit klopt."),
            actor=SECOND,
            now=NOW,
        )
        settle_penalty(
            session, notice=notice, draft=PenaltyDraft("Te laat."), actor=SECOND, now=late + timedelta(days=80)
        )
        again = PenaltyAgain(
            notice_id=notice.id,
            decision_id=notice.decision_id,
            penalty_days=42,
            before_cents=0,
            amount_cents=1_442_00,
            reason="Toch.",
            decided_at=late,
            decided_by=SECOND.reference,
            decided_by_name=SECOND.signature,
        )
        session.add(again)
        account = create_account(
            session, email="noor@loket.example", display_name="Noor", role=Role.REGION, actor=SYSTEM, now=NOW
        )
        set_digest(session, wanted=True, actor=actor_of_account(account), now=NOW)
        monthly = ScheduleTerms(None, ScheduleEvery.MONTH, 5, "nl")
        schedule = ask_for_reports(session, terms=monthly, actor=actor_of_account(account), now=NOW)
        claim = sent(session)
        pay(session, claim, 60_000, date(2028, 4, 14))
        charge = determine_interest(session, recovery=claim, actor=ADVISOR, now=at(date(2028, 4, 14)))
        voucher = session.get_one(Voucher, claim.voucher_id)
        done = SetOff(
            number="VR-2026-0001",
            recovery_id=claim.id,
            redemption_id=session.scalars(select(Redemption.id).where(Redemption.voucher_id == voucher.id)).one(),
            entry_id=claim.entries[0].id,
            amount_cents=200_00,
            ground=SetOffGround.PRIVATE_LAW,
            reason="Zo.",
            set_off_at=NOW,
            set_off_by=SECOND.reference,
            set_off_by_name=SECOND.signature,
        )
        session.add(done)
        session.flush()
        interest = determined(session)
        by = {"actor": SECOND, "now": at(date(2027, 4, 1))}
        more = determine_own_interest_again(session, made=interest, amount_cents=30_00, reason="Meer.", **by)  # type: ignore[arg-type]
        former = FormerContact(
            question_id=question.id,
            way=ContactWay.EMAIL,
            name="Sam de Vries",
            email="oud@voorbeeld.example",
            street="Kade",
            house_number="1",
            postcode="7311 AB",
            city="Apeldoorn",
            changed_at=NOW,
            changed_by="resident",
        )
        session.add_all(
            [former, OwnProof(question_id=question.id, asked_at=NOW, asked_by="resident", asked_in="a" * 64)]
        )
        session.flush()
        ids = {
            "former": former.id,
            "question": question.id,
            "account": account.id,
            "decision": decision.id,
            "objection": objection.id,
            "decided": decided.id,
            "schedule": schedule.id,
            "owing": voucher.question_id,
            "recovery/interest": charge.id,
            "recovery/set_off": done.id,
            "owed late": interest.question_id,
            "late/interest": interest.id,
            "late/interest_again": more.id,
            "notice": notice.id,
            "again": again.id,
        }
        session.commit()
    engine.dispose()
    yield path, ids


@pytest.fixture
def post(filled: tuple[Path, Mapping[str, int]], tmp_path: Path) -> Iterator[Post]:
    """Nothing a test queues here stays."""
    engine = make_engine(f"sqlite:///{filled[0]}")
    with Session(engine) as session:
        ids = dict(filled[1])
        yield Post(session, ids.pop("question"), ids.pop("account"), ids)
        session.rollback()
    engine.dispose()


@pytest.mark.parametrize("template", templates())
def test_every_text_makes_a_mail_and_a_letter_that_passes_the_checker(
    post: Post, tmp_path: Path, template: str
) -> None:
    details = DETAILS.get(template)
    mail = post.message(template, "email", details)
    made = compose(post.session, message=mail, address=ADDRESS, now=NOW)
    assert made.subject and "\n" not in made.subject
    assert made.body.startswith("Goedendag,")
    if template == "account/closed":
        assert ADDRESS not in made.body, "there is no way in any more"
        return
    assert (ADDRESS in made.body) is (template not in (CHANGED, OWN_CODE)), (
        "every mail has a way in, but for who was reached before, and beside a code"
    )
    if template.startswith(TO_STAFF) and template not in WITH_SIGN_IN_LINK:
        assert re.search(rf"^{ADDRESS}/inloggen$", made.body, re.MULTILINE), (
            "the page, no link that lets in who has the mail"
        )
    assert "Sam" not in made.subject + made.body
    if template.startswith(TO_STAFF):
        return
    letter = letter_content(post.session, message=post.message(template, "letter", details), dated=TODAY, now=NOW)
    assert letter.title and letter.blocks and len(letter.english) > 1 and letter.to
    assert ADDRESS not in str(letter.blocks)
    file = tmp_path / "letter.pdf"
    file.write_bytes(draw(letter))
    assert [one.message for one in pdfua.validate(str(file)).findings] == []


@pytest.mark.parametrize("template", sorted(name for name in DETAILS if not name.startswith("account/")))
def test_control_a_letter_without_its_details_is_not_made(post: Post, template: str) -> None:
    with pytest.raises((UndefinedError, TypeError, AssertionError)):
        letter_content(post.session, message=post.message(template, "letter", None), dated=TODAY, now=NOW)


def test_a_message_the_portal_queues_has_its_text() -> None:
    groups = "|".join(sorted({name.partition("/")[0] for name in templates()}))
    named: set[str] = set()
    for path in PORTAL.rglob("*.py"):
        if "web" not in path.parts:
            named |= set(re.findall(rf'"((?:{groups})/[a-z_]+)"', path.read_text(encoding="utf-8")))
    assert {"question/received", "recovery/planned", "provider/paid"} <= named
    named -= MEDIA_TYPES
    assert named <= set(templates()), f"no file in templates/messages for: {sorted(named - set(templates()))}"
