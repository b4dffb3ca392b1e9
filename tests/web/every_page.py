"""Where all pages of every audience are: the addresses of the small desk of `tests.web.world`. What is no page has a reason in
`NO_PAGE`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from lxml.html import document_fromstring

from portal.people.actor import Audience
from portal.web.edge.policy import admits
from tests.web.access.test_access_matrix import NOT_HERE, Visit, methods_of, visits
from tests.web.page_source import is_page, title_of
from tests.web.world import STAGES, World

FILES: Mapping[str, str] = {
    "admin": "processing_file",
    "accounting": (
        "administration_template agreement_document agreements_file channel_file cofinancing_file cross_table_file "
        "cross_table_sheet duties_file evidence_file expense_file expenses_file forecast_file forecast_image journal_csv journal_xaf "
        "journal_xaf_4 liquidity_file payment_evidence_file period_file plot_file plot_image register_file "
        "register_sheet report_file report_list report_paper report_sheet sample_bundle sample_paper scenario_file scenario_sheet standing_file tranches_file "
        "waiting_money_file"
    ),
    "advisor": (
        "batch_pdf decision_receipt_file decision_receipt_pdf evidence_file invoice_file letter_pdf queue_file "
        "receipt_file receipt_pdf representative_proof shortlist_pdf talk_file voucher_paper"
    ),
    "employer": (
        "bundle_file bundle_template desk_file evidence_file letter_pdf outcome_pdf own_data_json own_data_pdf "
        "own_outcome_pdf receipt_file receipt_pdf shortlist_pdf talk_file voucher_paper year_file"
    ),
    "": "htmx static",
    "owner": "export export_version",
    "provider": "invoice_file",
    "region": "aid_register_file overview_file payment_file trainings_csv trainings_sheet transfers_file",
    "resident": (
        "algorithm_register_file annex_file catalogue_data evidence_file handbook_file letter_pdf outcome_pdf "
        "own_data_json own_data_pdf own_outcome_pdf receipt_file receipt_pdf scheme_data shortlist_pdf talk_file "
        "voucher_paper"
    ),
    "access": "healthz readyz robots security_txt sitemap",
    "api": (
        "accountability allocations client facts invoice invoices openapi question questions scheme schemes training "
        "trainings voucher vouchers"
    ),
}
"""What is a file, or an answer for programs, by the beginning of its name."""
NOT_AT_THIS_DESK: Mapping[str, str] = {
    "access.back_from_service": "leads on from the service where one signed in: tests/web/access/test_services.py",
    "access.leave_service": "leads on to the service where one signs out: tests/journeys/test_services_in_a_browser.py",
    "access.begin_at_service": "leads on to the service where one signs in: tests/web/access/test_services.py",
    "access.second": "shown after the link, to who has a second step: tests/web/access/test_second_step.py",
    "access.unlock": "shown while a form waits for who has no link: tests/journeys/test_nothing_lost.py",
    "advisor.amend": "shown with a proposal that can still be changed: tests/web/advisor/test_mix.py",
    "advisor.approve": "shown with a proposal: tests/journeys/test_whole_desk.py",
    "advisor.own_interest": "shown when the region itself paid late: tests/portal/paying/late_interest for what it does",
    "advisor.given_answers": "shown when what was asked is answered: tests/web/advisor",
    "employer.answer": "shown when an advisor asks: tests/journeys/test_resident_employer_pages.py, for a resident",
    "employer.bundle_apply": "shown after trainings were sent together: tests/journeys/test_employer_desk.py",
    "employer.bundle_computing": "shown while many trainings are computed: tests/web/employer/test_bundle_together.py",
    "employer.bundle_outcome": "shown with trainings in the list: tests/journeys/test_employer_desk.py",
    "employer.bundle_sent": "shown after trainings were sent together: tests/journeys/test_employer_desk.py",
    "employer.hand_in_pledged": "shown with a piece that is asked of who pledges: tests/web/employer/test_pledge.py",
    "employer.hearing_wish": "only sent to; leads on to the objection: tests/web/advisor/test_terms_on_screen.py",
    "employer.late": "shown when a decision is late: tests/web/advisor/test_terms_on_screen.py, for a resident",
    "employer.letter": "shown with a letter: that of a resident is the same page",
    "employer.mine": "leads on to the own question",
    "employer.own_view": "shown when something is to be taken back: tests/web/advisor/test_taking.py, for a resident",
    "employer.repair_objection": "shown when something lacks in an objection: tests/web/advisor/test_terms_on_screen.py, for a resident",
    "employer.repayment_account": "shown with something to give back to the holder: tests/web/region/test_paying_back.py",
    "employer.training_outcome": "shown after the training began: tests/web/resident/test_after_training.py",
    "employer.training_paid_bill": "shown when who holds a voucher pays first: tests/web/resident/test_after_training.py",
    "employer.waiting": "shown with a place on a waiting list: tests/web/resident/test_waiting.py",
    "employer.year_page": "shown for a year with aid: tests/journeys/test_employer_desk.py",
    "employer.own_texts": "shown where the desk sends text messages: tests/web/resident/test_short_messages.py",
    "resident.own_texts": "shown where the desk sends text messages: tests/web/resident/test_short_messages.py",
    "resident.answer": "shown when an advisor asks: tests/journeys/test_resident_employer_pages.py",
    "resident.hearing_wish": "only sent to; leads on to the objection: tests/web/advisor/test_terms_on_screen.py",
    "resident.withdraw_own_right": "leads back to the rights of who asked",
    "employer.withdraw_own_right": "leads back to the rights of who asked",
    "resident.mine": "leads on to the own question",
    "resident.repair_objection": "shown when something lacks in an objection: tests/web/advisor/test_terms_on_screen.py",
    "resident.training_outcome": "shown after the training began: tests/web/resident/test_after_training.py",
    "resident.training_paid_bill": "shown when who holds a voucher pays first: tests/web/resident/test_after_training.py",
    "resident.waiting": "shown with a place on a waiting list: tests/web/resident/test_waiting.py",
}
"""Pages that nobody of this desk has, when they are shown and where they are looked at; and addresses that only lead on."""
NO_PAGE: Mapping[str, str] = {
    **{f"{part}.{name}".lstrip("."): "a file" for part, names in FILES.items() for name in names.split()},
    **NOT_AT_THIS_DESK,
}
"""Addresses of which no page is opened at this desk, and why."""


@dataclass(frozen=True)
class PagePlace:
    """A page of somebody of an audience, at the first stage at which they have it."""

    endpoint: str
    where: Visit
    stage: str
    title: str


def pages_of(world: World, audience: Audience, wanted: Callable[[str], bool] = bool) -> Iterator[PagePlace]:
    """Every page that somebody of this audience can open with what is their own; of `wanted` endpoints alone."""
    for rule in sorted(world.app.url_map.iter_rules(), key=lambda rule: rule.endpoint):
        if "GET" not in methods_of(rule) or rule.endpoint in NOT_HERE or not admits(rule.endpoint, audience):
            continue
        if not wanted(rule.endpoint):
            continue
        for world.stage in STAGES:
            where = next(iter(visits(world, rule, audience, "own")), None)
            if where is None:
                continue
            answer = world.let_in_as(audience, where.question_id).client.get(where.path)
            opened, text = is_page(answer), answer.text if answer.mimetype == "text/html" else ""
            answer.close()
            if "loket=" in answer.headers.get("Set-Cookie", ""):
                world.forget(audience, where.question_id)
            if opened:
                yield PagePlace(rule.endpoint, where, world.stage, title_of(document_fromstring(text)))
                break
