"""All ways a question can go, how often each comes up, and whom it fits."""

from __future__ import annotations

from dataclasses import dataclass

from portal.cases.questions.models import ContactWay
from portal.demo import ended_stories as ended
from portal.demo import later_stories as later
from portal.demo import objection_stories as objections
from portal.demo import open_stories as going
from portal.demo import texts
from portal.demo.steps import Plot

BOTH, RESIDENTS, EMPLOYERS = ("individual", "employer"), ("individual",), ("employer",)


@dataclass(frozen=True)
class Storyline:
    """A plot, how often it comes up beside the others, and whom it fits."""

    name: str
    plot: Plot
    weight: int
    routes: tuple[str, ...] = BOTH
    situations: tuple[str, ...] = ()
    """Only these work situations; empty: any that the regional vouchers are for."""
    benefit: str = ""
    training: str = ""
    """Only this training (by key); empty: any."""
    outside: bool = False
    """The person lives, or the company stands, just outside the region."""
    way: ContactWay | None = None
    """How this person is answered; None: any way."""


JOBS = ("employee_permanent", "employee_temporary", "temp_agency", "dismissal_threatened")

STORYLINES = (
    Storyline("redeemed", ended.redeemed, 8),
    Storyline("paid_by_the_bank", ended.redeemed_lately(9, 11), 1),
    Storyline("paid_next_week", ended.redeemed_lately(5, 6), 1),
    Storyline("paid_when_released", ended.redeemed_lately(3, 3), 1),
    Storyline("paid_some_day", ended.redeemed_lately(0, 0), 1),
    Storyline("invoice_waits", going.invoice_waits(0, 2), 1, training="lassen"),
    Storyline("invoice_waits_long", going.invoice_waits(8, 11), 1),
    Storyline("invoice_refused", going.invoice_refused, 1, training="cnc"),
    Storyline("issued", ended.issued, 6),
    Storyline("partly_redeemed", ended.partly_redeemed, 4),
    Storyline("fresh", going.fresh, 4),
    Storyline("draft", going.draft, 2),
    Storyline("overdue", going.overdue, 2),
    Storyline("talk_planned", going.talk_planned, 2),
    Storyline("talk_held", going.talk_held, 1),
    Storyline("waiting", going.waiting, 1),
    Storyline("waiting_on_application", going.waiting_on_application, 2),
    Storyline("pledge_asked", going.pledge_asked, 1, RESIDENTS, JOBS),
    Storyline("pledge_given", going.pledge_given, 1, RESIDENTS, JOBS),
    Storyline("pledge_declined", going.pledge_declined, 1, RESIDENTS, JOBS),
    Storyline("applied", going.applied, 3),
    Storyline("applied_late", going.applied_late, 1),
    Storyline("expired", ended.expired, 1),
    Storyline("expired_in_part", ended.expired_in_part, 1, EMPLOYERS),
    Storyline("about_to_expire", ended.about_to_expire, 2),
    Storyline("revoked", ended.revoked, 1),
    Storyline("issued_lately", ended.issued_lately, 1, way=ContactWay.POST),
    Storyline("settled", later.settled, 2),
    Storyline("settled_lower", later.settled_lower, 1, RESIDENTS),
    Storyline("credited", later.credited, 1),
    Storyline("extended", later.extended, 1),
    Storyline("blocked", later.blocked, 1, RESIDENTS, ("job_seeker",), "ww"),
    Storyline("lowered", later.lowered, 1),
    Storyline("topped_up", later.topped_up, 1, RESIDENTS, JOBS),
    Storyline("prepared", going.prepared, 2),
    Storyline("asked_for_view", going.asked_for_view, 1),
    Storyline("left_incomplete", going.left_incomplete, 1),
    Storyline("waits_for_money", going.waits_for_money(5, 6), 1, RESIDENTS, JOBS, training="monteur", outside=True),
    Storyline("waits_longer", going.waits_for_money(9, 11), 1, RESIDENTS, JOBS, training="monteur", outside=True),
    Storyline("objection_received", objections.received, 1),
    Storyline("objection_hearing", objections.hearing_planned, 1),
    Storyline("objection_unfounded", objections.unfounded, 1),
    Storyline("objection_founded", objections.founded, 1),
    Storyline("amended", ended.amended, 1, RESIDENTS, JOBS),
    Storyline("work_to_work", ended.work_to_work, 2, RESIDENTS, JOBS, training="monteur", outside=True),
    Storyline("partly", ended.partly, 1, RESIDENTS, JOBS, training="verzorgende"),
    Storyline("rejected_outside", ended.rejected(texts.REJECTED_OUTSIDE), 1, RESIDENTS, outside=True),
    Storyline("rejected_group", ended.rejected(texts.REJECTED_GROUP), 1, RESIDENTS, ("other",)),
    Storyline("rejected_purpose", ended.rejected(texts.REJECTED_PURPOSE), 1, RESIDENTS, JOBS, training="code95"),
    Storyline("rejected_company", ended.rejected(texts.REJECTED_COMPANY), 1, EMPLOYERS, outside=True),
    Storyline("referred_uwv", ended.referred("uwv"), 1, RESIDENTS, ("job_seeker",), "ww"),
    Storyline("referred_municipality", ended.referred("municipality"), 1, RESIDENTS, ("job_seeker",), "bijstand"),
    Storyline("referred_career", ended.referred("career"), 1, RESIDENTS),
    Storyline("referred_fund", ended.referred("fund"), 1, EMPLOYERS),
    Storyline("no_training_yet", going.no_training_yet, 1, RESIDENTS),
    Storyline("withdrawn", ended.withdrawn, 2),
    Storyline("helped", ended.helped, 1),
    Storyline("no_answer", ended.no_answer, 1, RESIDENTS),
)
"""All ways a question can go. In sixty questions each comes up once, and the usual ones more often, by weight."""
