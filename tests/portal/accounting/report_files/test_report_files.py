"""Files of reports as long work: made of what was seen, for who asked and may read it, once, and kept for a while."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from portal.accounting.figures.periods import FigurePeriod
from portal.accounting.report_files.actions import FileWish, ask_for_report_file, forget_report_files, keep_report_file
from portal.accounting.report_files.models import KEPT, ReportFile
from portal.accounting.report_files.queries import report_file_by_public_id, report_files
from portal.accounting.reports.actions import TextPlace, write_report_text
from portal.accounting.reports.files import ReportFormat, file_of, report_print
from portal.accounting.reports.queries import accountability_report
from portal.commands import reporting
from portal.commands.due import desk_jobs
from portal.commands.reporting import make_report_file
from portal.framework.funding.models import Funder
from portal.oversight.long_work.actions import begin_work, cancel_work
from portal.oversight.long_work.doing import LEASE, Doing, do_waiting
from portal.oversight.long_work.models import LongWork, WorkKind, WorkState
from portal.people.accounts.actions import disable_account
from portal.people.accounts.models import Account, Organisation, Role
from portal.people.accounts.queries import actor_of_account
from portal.people.actor import Actor
from portal.platform.database import unit_of_work
from portal.platform.errors import Refusal
from portal.platform.i18n import use_locale
from portal.platform.jobs.actions import run_jobs
from tests.factories import ADMIN, NOW, REGION, a_region, a_voucher
from tests.portal.at_once import at_once
from tests.web.browser import make_account

PERIOD = FigurePeriod(date(2026, 1, 1), date(2027, 12, 31), date(2026, 3, 2))
PLACE = TextPlace(None, PERIOD.first, PERIOD.last, "monitor")


@dataclass
class Reading:
    """A desk with somebody who reads its report."""

    engine: Engine
    reader: Actor
    at: datetime = NOW

    def do(self, work: Callable[[Session], Any]) -> Any:
        return unit_of_work(self.engine, work)

    def wish(
        self, kind: ReportFormat = ReportFormat.LIST, *, funder: str | None = None, locale: str = "nl"
    ) -> FileWish:
        """A file of the report as the reader sees it now."""
        made = self.do(lambda s: accountability_report(s, actor=self.reader, period=PERIOD, funder=funder))
        return FileWish(funder, PERIOD, kind, locale, report_print(made))

    def ask(self, wish: FileWish, actor: Actor | None = None) -> ReportFile:
        return self.do(lambda s: ask_for_report_file(s, wish=wish, actor=actor or self.reader, now=self.at))

    def work(self) -> int:
        return do_waiting(self.engine, kinds={WorkKind.REPORT_FILE: make_report_file}, clock=lambda: self.at)

    def last(self) -> LongWork:
        return self.do(lambda s: s.scalars(select(LongWork).order_by(LongWork.id.desc())).first())

    def content(self, file: ReportFile) -> bytes | None:
        return self.do(lambda s: s.get_one(ReportFile, file.id).content)

    def direct(self, wish: FileWish) -> bytes:
        """What who waits for it is given."""

        def made(session: Session) -> bytes:
            report = accountability_report(session, actor=self.reader, period=PERIOD, funder=wish.funder)
            assert report is not None
            return file_of(report, wish.format)

        with use_locale(wish.locale):
            return self.do(made)


@pytest.fixture
def desk(engine: Engine) -> Reading:
    unit_of_work(engine, a_voucher)
    return Reading(engine, actor_of_account(make_account(engine, Role.CONTROLLER)))


@pytest.mark.parametrize("kind", ReportFormat)
@pytest.mark.parametrize("locale", ["nl", "en"])
def test_the_file_is_to_the_byte_what_who_waits_is_given(desk: Reading, kind: ReportFormat, locale: str) -> None:
    wish = desk.wish(kind, locale=locale)
    file = desk.ask(wish)
    assert desk.content(file) is None and desk.work() == 1
    content = desk.content(file)
    assert content == desk.direct(wish) and len(content) > 1_000
    assert content != desk.direct(replace(wish, locale="en" if locale == "nl" else "nl")), "the language matters"
    done = desk.last()
    assert (done.state, done.done, done.total) == (WorkState.DONE, 2, 2)


def test_who_asks_the_same_twice_has_one_work_and_one_file_and_another_language_is_another(desk: Reading) -> None:
    wish = desk.wish()
    first, second = desk.ask(wish), desk.ask(wish)
    assert first.id == second.id and desk.work() == 1
    assert desk.ask(wish).id == first.id and desk.work() == 0, "it is there"
    assert desk.ask(replace(wish, locale="en")).id != first.id and desk.work() == 1


def test_who_asks_the_same_in_two_windows_at_once_has_one_work(desk: Reading) -> None:
    wish, reader = desk.wish(), desk.reader

    def asks(session: Session) -> Callable[[], object]:
        return lambda: ask_for_report_file(session, wish=wish, actor=reader, now=NOW)

    assert at_once(desk.engine, asks, asks, asks, asks) == ["done"] * 4
    assert desk.do(lambda s: len(s.scalars(select(ReportFile)).all())) == 1
    assert desk.do(lambda s: len(s.scalars(select(LongWork)).all())) == 1


def test_what_is_made_the_next_day_is_as_it_stood_on_the_day_that_was_seen(desk: Reading) -> None:
    wish = desk.wish()
    before, file = desk.direct(wish), desk.ask(wish)
    later = NOW + timedelta(days=1)
    desk.do(lambda s: a_voucher(s, now=later))
    desk.at = later
    assert desk.work() == 1 and desk.content(file) == before
    assert report_print(_report(desk, replace(PERIOD, on=later.date()))) != wish.seen, "the day itself differs"


def _report(desk: Reading, period: FigurePeriod) -> Any:
    return desk.do(lambda s: accountability_report(s, actor=desk.reader, period=period))


def test_of_a_report_that_says_something_else_by_now_no_file_is_made(desk: Reading) -> None:
    file = desk.ask(desk.wish())
    desk.do(lambda s: write_report_text(s, place=PLACE, text="Anders.", seen=0, actor=REGION, now=NOW))
    assert desk.work() == 0
    failed = desk.last()
    assert (failed.state, failed.trouble) == (WorkState.FAILED, "report_changed")
    assert "veranderd" in str(failed.trouble_nl) and "has changed" in str(failed.trouble_en)
    assert desk.content(file) is None
    again = desk.ask(desk.wish())
    assert again.id != file.id and desk.work() == 1 and desk.content(again) is not None


def test_what_was_stopped_halfway_keeps_nothing_and_is_made_when_asked_again(
    desk: Reading, monkeypatch: pytest.MonkeyPatch
) -> None:
    wish = desk.wish()
    file, real = desk.ask(wish), reporting.file_of

    def stopped(*given: Any) -> bytes:
        desk.do(lambda s: cancel_work(s, work=s.scalars(select(LongWork)).one(), actor=desk.reader, now=NOW))
        return real(*given)

    monkeypatch.setattr(reporting, "file_of", stopped)
    assert desk.work() == 0 and desk.content(file) is None and desk.last().state is WorkState.CANCELLED
    monkeypatch.setattr(reporting, "file_of", real)
    assert desk.ask(wish).id == file.id and desk.work() == 1
    assert desk.content(file) == desk.direct(wish)


def test_a_fault_in_the_middle_is_said_and_a_process_that_dies_is_followed_by_another(
    desk: Reading, monkeypatch: pytest.MonkeyPatch
) -> None:
    wish = desk.wish()
    file, real = desk.ask(wish), reporting.file_of

    def broken(*_given: Any) -> bytes:
        raise MemoryError

    def killed(*_given: Any) -> bytes:
        raise KeyboardInterrupt

    monkeypatch.setattr(reporting, "file_of", broken)
    assert desk.work() == 0 and desk.last().trouble == "MemoryError" and desk.content(file) is None
    desk.ask(wish)
    monkeypatch.setattr(reporting, "file_of", killed)
    with pytest.raises(KeyboardInterrupt):
        desk.work()
    monkeypatch.setattr(reporting, "file_of", real)
    assert desk.work() == 0, "the lease of who died has not run out"
    desk.at = NOW + LEASE + timedelta(seconds=1)
    assert desk.work() == 1 and desk.content(file) == desk.direct(wish)


def test_a_colleague_finds_nothing_and_makes_nothing_of_what_another_asked(desk: Reading) -> None:
    file = desk.ask(desk.wish())
    other = actor_of_account(make_account(desk.engine, Role.CONTROLLER, name="Tom Tweede"))
    with pytest.raises(Refusal):
        desk.do(lambda s: keep_report_file(s, file=s.merge(file), content=b"x", actor=other, now=NOW))
    desk.work()

    def seen(actor: Actor) -> tuple[int, bool]:
        at = {"actor": actor}
        one = desk.do(lambda s: report_file_by_public_id(s, public_id=file.public_id, **at))
        return len(desk.do(lambda s: report_files(s, at=NOW, **at))), one is not None

    assert (seen(desk.reader), seen(other), seen(ADMIN)) == ((1, True), (0, False), (0, False))
    desk.do(lambda s: begin_work(s, kind=WorkKind.REPORT_FILE, about=file.public_id, actor=other, now=NOW))
    assert desk.work() == 0 and desk.last().trouble == "not_your_report"


@pytest.mark.parametrize("role", [Role.ADVISOR, Role.PROVIDER, Role.ADMIN])
def test_who_reads_no_report_asks_for_no_file(desk: Reading, role: Role) -> None:
    wish = desk.wish()
    who = actor_of_account(make_account(desk.engine, role))
    with pytest.raises(Refusal):
        desk.ask(wish, who)
    assert desk.ask(wish) is not None


def test_a_funder_has_a_file_of_the_own_money_only_and_none_of_before_when_it_reads_for_another(desk: Reading) -> None:
    account = make_account(desk.engine, Role.FUNDER)
    desk.reader = actor_of_account(account)
    own = desk.do(lambda s: s.get_one(Organisation, account.organisation_id).slug)
    others = [one for one in desk.do(lambda s: list(s.scalars(select(Funder.slug)))) if one != own]
    wish = desk.wish()
    with pytest.raises(Refusal):
        desk.ask(replace(wish, funder=others[0]))
    file = desk.ask(wish)
    assert file.about == own and desk.work() == 1
    found = desk.do(lambda s: report_file_by_public_id(s, public_id=file.public_id, actor=desk.reader))
    assert found is not None

    def moves(session: Session) -> None:
        there = session.scalars(select(Organisation).where(Organisation.slug == others[0])).one_or_none()
        moved = session.get_one(Account, account.id)
        moved.organisation_id = there.id if there is not None else None

    desk.do(moves)
    moved = desk.do(lambda s: actor_of_account(s.get_one(Account, account.id)))
    assert desk.do(lambda s: report_file_by_public_id(s, public_id=file.public_id, actor=moved)) is None
    assert desk.do(lambda s: report_files(s, actor=moved, at=NOW)) == []


def test_who_may_not_read_it_any_more_when_it_is_made_gets_nothing(desk: Reading) -> None:
    file = desk.ask(desk.wish())

    def ends(session: Session) -> None:
        disable_account(session, account=session.get_one(Account, desk.reader.account_id), actor=ADMIN, now=NOW)

    desk.do(ends)
    assert desk.work() == 0 and desk.last().trouble == "asker_gone" and desk.content(file) is None


def test_a_file_goes_after_a_week_and_what_waits_for_it_says_so(desk: Reading) -> None:
    wish = desk.wish()
    file = desk.ask(wish)
    desk.work()
    jobs = [job for job in desk_jobs() if job.name == "forget_counts"]
    for at, left in ((NOW + KEPT - timedelta(seconds=1), 1), (NOW + KEPT, 0)):
        there = desk.do(lambda s, at=at: report_files(s, actor=desk.reader, at=at))
        assert len(there) == left
        desk.do(lambda s, at=at: forget_report_files(s, now=at))
        assert len(desk.do(lambda s: s.scalars(select(ReportFile)).all())) == left
    again = desk.ask(wish)
    assert again.public_id != file.public_id
    run_jobs(desk.engine, jobs=jobs, now=NOW + KEPT + timedelta(days=1))
    desk.at = NOW + KEPT + timedelta(days=1)
    assert desk.work() == 0 and desk.last().trouble == "file_gone"


def test_the_content_stands_sealed(desk: Reading) -> None:
    from sqlalchemy import text

    file = desk.ask(desk.wish())
    desk.work()
    stands = desk.do(lambda s: bytes(s.execute(text("SELECT content FROM report_file")).scalar_one()))
    content = desk.content(file)
    assert content is not None and b"hoofdstuk" in content and b"hoofdstuk" not in stands


def test_the_work_of_a_file_is_not_done_with_a_lease_of_another(desk: Reading, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: without the lease the file of a stopped work would be kept."""
    file, real = desk.ask(desk.wish()), reporting.file_of

    def stopped(*given: Any) -> bytes:
        desk.do(lambda s: cancel_work(s, work=s.scalars(select(LongWork)).one(), actor=desk.reader, now=NOW))
        return real(*given)

    def anyhow(self: Doing, work: Callable[[Session, datetime], object]) -> None:
        unit_of_work(self.engine, lambda session: work(session, self.clock()))

    monkeypatch.setattr(reporting, "file_of", stopped)
    monkeypatch.setattr(Doing, "keep", anyhow)
    desk.work()
    assert desk.content(file) is not None


def test_a_desk_without_anything_gives_a_file_too(engine: Engine) -> None:
    unit_of_work(engine, a_region)
    desk = Reading(engine, actor_of_account(make_account(engine, Role.REGION)))
    file = desk.ask(desk.wish(ReportFormat.PAPER))
    assert desk.work() == 1 and (desk.content(file) or b"").startswith(b"%PDF")
