"""What lies under the cases: money, mandates and accounts, what is sent, and what stands out."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select, true
from sqlalchemy.orm import Session

from portal.cases.questions.actions import withdraw_question
from portal.cases.questions.models import ContactDetails, ContactWay, DevelopmentQuestion
from portal.framework.funding.actions import (
    add_funding_line,
    announce_ceiling,
    lower_budget,
    raise_budget,
)
from portal.framework.funding.models import FundingLine
from portal.framework.mandates.actions import MandateTerms, end_mandate, give_mandate
from portal.framework.mandates.models import Mandate
from portal.framework.staff import (
    NewAccount,
    ask_sign_in_link,
    close_account,
    confirm_rights,
    give_role,
    limit_rights,
    log_out_everywhere,
    make_sign_in_link,
    open_account,
    open_account_again,
    send_sign_in_link,
)
from portal.ledger.invariants import Break
from portal.oversight.flags.actions import close_flag, raise_flags
from portal.oversight.flags.models import Flag
from portal.oversight.outcomes.actions import HolderAnswer, answer_outcome, ask_outcomes
from portal.oversight.outcomes.models import TrainingEnd, TrainingOutcome, WithoutFund, Work
from portal.papers.letter_content import ensure_letter
from portal.paying.books.actions import answer_check, keep_check
from portal.paying.books.models import BooksCheck
from portal.people.accounts.actions import (
    consume_sign_in_link,
    create_account,
    ensure_organisation,
    issue_sign_in_link,
    own_schemes,
)
from portal.people.accounts.models import Account, Organisation, OrganisationKind, Role
from portal.people.actor import Actor, Grade
from portal.post.letters.actions import post_letters
from portal.post.letters.models import Letter
from portal.post.messages.actions import NotArrived, mark_trouble, note_undelivered, retry
from portal.post.messages.models import NoticedBy, OutboxMessage
from portal.spending.attendance import confirm_end, confirm_start
from portal.spending.invoices.actions import submit_invoice
from portal.spending.invoices.models import EndKind
from schemes.region.funding import FundingLineDefinition
from tests.factories import ADMIN, ADVISOR, BODY, NOW, SYSTEM, a_question, a_region
from tests.portal.spending.invoices.handing_in import paper
from tests.reliability.pairs.acts import FIRST_OF_REGION, NO, PROGRAM, REGIONS, Found, Scene, made, nth, row, the
from tests.reliability.pairs.scenes.paying import two_invoices
from tests.reliability.pairs.scenes.spending import FILES, HOLDER, the_line, with_provider
from tests.reliability.pairs.scenes.waiting import only

DAY = timedelta(days=1)
TODAY = NOW.date()

# Money and mandates ------------------------------------------------------------------------------------------------------


def _money(session: Session) -> None:
    a_region(session)
    only(session, 100_000)


LINE = the_line("rijk-leren")


def a_line(session: Session, _who: int) -> FundingLineDefinition:
    """One more of the same funder."""
    known = session.scalars(select(FundingLine).order_by(FundingLine.id)).first()
    assert known is not None
    return FundingLineDefinition.model_validate(
        {
            "id": "extra-geld",
            "funder": known.funder.slug,
            "title": {"nl": "Extra", "en": "Extra"},
            "amount_cents": 5_000,
            "period": {"from": "2026-01-01", "to": "2026-12-31"},
        }
    )


MONEY = Scene(
    "a budget and mandates",
    _money,
    (
        row(raise_budget, line=LINE, amount_cents=10_000, reason="Meer.", actor=REGIONS, prepared_by=FIRST_OF_REGION),
        row(lower_budget, line=LINE, amount_cents=60_000, reason="Minder.", actor=REGIONS, prepared_by=FIRST_OF_REGION),
        row(
            announce_ceiling,
            line=LINE,
            ceiling_cents=900_000,
            announced_on=TODAY,
            place="Staatscourant",
            actor=REGIONS,
        ),
        row(add_funding_line, definition=Found(a_line), actor=REGIONS, prepared_by=FIRST_OF_REGION),
        row(
            give_mandate,
            account_id=990,
            terms=MandateTerms(body=BODY, basis="Besluit 2026", valid_from=TODAY),
            actor=REGIONS,
        ),
        row(end_mandate, mandate=the(Mandate, account_id=ADVISOR.account_id), actor=REGIONS),
    ),
)

# Accounts ----------------------------------------------------------------------------------------------------------------


def _accounts(session: Session) -> None:
    ensure_organisation(
        session, slug="eigenaar", name="Eigenaar", kind=OrganisationKind.SCHEME_OWNER, actor=SYSTEM, now=NOW
    )
    ada = create_account(
        session, email="ada@loket.example", display_name="Ada", role=Role.ADVISOR, actor=SYSTEM, now=NOW
    )
    TOKENS.append(issue_sign_in_link(session, account=ada, actor=SYSTEM, now=NOW))


ACCOUNT = the(Account)
OTHER_ADMIN = "account:991"
TOKENS: list[str] = []
"""The ways in that were mailed."""
ACCOUNTS = Scene(
    "an account",
    _accounts,
    (
        row(
            open_account,
            wanted=NewAccount("bo@loket.example", "Bo", Role.ADVISOR),
            prepared_by=OTHER_ADMIN,
            actor=ADMIN,
        ),
        row(give_role, account=ACCOUNT, role=Role.REGION, prepared_by=OTHER_ADMIN, actor=ADMIN),
        row(close_account, account=ACCOUNT, actor=ADMIN),
        row(open_account_again, account=ACCOUNT, prepared_by=OTHER_ADMIN, actor=ADMIN),
        row(log_out_everywhere, account=ACCOUNT, actor=ADMIN),
        row(limit_rights, account=ACCOUNT, grade=Grade.TRAINEE, schemes=(), actor=ADMIN),
        row(confirm_rights, account=ACCOUNT, actor=ADMIN),
        row(ask_sign_in_link, email="ada@loket.example", actor=Actor.anonymous()),
        row(send_sign_in_link, account=ACCOUNT, actor=ADMIN),
        row(make_sign_in_link, account=ACCOUNT, actor=PROGRAM),
        row(issue_sign_in_link, account=ACCOUNT, actor=PROGRAM),
        row(consume_sign_in_link, token=Found(lambda _session, _who: TOKENS[-1]), actor=NO),
        row(own_schemes, organisation=the(Organisation), schemes=["leervoucher"], actor=NO),
        row(ensure_organisation, slug="nieuw", name="Nieuw", kind=OrganisationKind.PROVIDER, actor=PROGRAM),
    ),
)

# What stands out ---------------------------------------------------------------------------------------------------------


def _ended(session: Session) -> None:
    voucher = two_invoices(session)
    holder = HOLDER.look(session, 0)
    confirm_start(session, voucher=voucher, started_on=TODAY, actor=holder, now=NOW)
    confirm_end(
        session, voucher=voucher, ended_on=TODAY, how=EndKind.COMPLETED, own_share_paid=True, actor=holder, now=NOW
    )
    ask_outcomes(session, now=NOW + 8 * DAY)


DIPLOMA = HolderAnswer(TrainingEnd.DIPLOMA, Work.LOOKING, Work.OTHER_JOB, WithoutFund.NO)
OUTCOMES = Scene(
    "a holder who is asked how it went",
    _ended,
    (
        row(ask_outcomes, actor=NO, now=NOW + 190 * DAY),
        row(answer_outcome, outcome=the(TrainingOutcome), answer=DIPLOMA, actor=HOLDER, now=NOW + 9 * DAY),
    ),
)


def _standing_out(session: Session) -> None:
    voucher, pia = with_provider(session)
    for number in range(10):
        bill = paper(1_000, f"F-{number}", pages=number + 1)
        submit_invoice(session, voucher=voucher, paper=bill, vault=FILES, actor=pia, now=NOW)


def _flagged(session: Session) -> None:
    _standing_out(session)
    raise_flags(session, now=NOW)


STANDS_OUT = Scene("something that begins to stand out", _standing_out, (row(raise_flags, actor=NO),))
FLAGGED = Scene(
    "something that stands out",
    _flagged,
    (
        row(close_flag, flag=the(Flag), reason="Gebeld: het klopt."),
        row(raise_flags, actor=NO, now=NOW + 2 * DAY),
    ),
)


def _to_be_posted(session: Session) -> None:
    by_post = ContactDetails(
        way=ContactWay.POST, name="Sam", street="Kade", house_number="3", postcode="9990 AA", city="Proefstad"
    )
    a_question(session, contact=by_post)
    message = session.scalars(select(OutboxMessage)).one()
    ensure_letter(session, message=message, dated=TODAY, actor=SYSTEM, now=NOW)
    withdrawn = session.scalars(select(DevelopmentQuestion)).one()
    withdraw_question(session, question=withdrawn, reason=None, actor=ADVISOR, now=NOW)


POST = Scene(
    "letters that are to be posted",
    _to_be_posted,
    (
        row(
            post_letters,
            letters=made(lambda one: [one], the(Letter)),
            on=TODAY,
            may_leave=true(),
            actor_id="account:901",
            actor=NO,
        ),
        row(ensure_letter, message=nth(1, OutboxMessage), dated=TODAY, actor=PROGRAM),
    ),
)


def _failed(session: Session) -> None:
    a_question(session)
    mark_trouble(
        session, message=session.scalars(select(OutboxMessage)).one(), trouble="no_address", now=NOW, final=True
    )


FAILED = Scene(
    "a message that could not be sent",
    _failed,
    (
        row(retry, message=nth(0, OutboxMessage), actor=NO),
        row(
            note_undelivered,
            message=nth(0, OutboxMessage),
            found=NotArrived(NoticedBy.HAND, address_fails=True),
            actor=ADVISOR,
        ),
    ),
)


def _broken_books(session: Session) -> None:
    two_invoices(session)
    found = Break("I1", "funding line 1", "less than nothing")
    keep_check(session, transfers=1, events=1, breaks=[found], actor=SYSTEM, now=NOW)


BOOKS = Scene(
    "books in which a break was found",
    _broken_books,
    (
        row(answer_check, check=the(BooksCheck), reason="Bekeken.", actor=REGIONS),
        row(keep_check, transfers=1, events=1, breaks=(), actor=PROGRAM),
    ),
)

SCENES = (
    MONEY,
    ACCOUNTS,
    OUTCOMES,
    STANDS_OUT,
    FLAGGED,
    POST,
    FAILED,
    BOOKS,
)
