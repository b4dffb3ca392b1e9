"""Every decision that the desk can take: its act and ground, who is heard first, how one objects, and what comes of that.

One table, `DECISIONS`. The letters take their ground from it; the handbook and ``docs/decisions.md`` are made from it. A test
goes through all kinds of decisions, powers and letters, and fails on one without a row. Who decides is the body that a scheme
names, and never the desk; who signs does so by mandate of that body (Awb 10:1, 10:10).

The text of the Awb that was read for it on 2 December 2026 is that in force on 1 January 2026: BWBR0005537 of wetten.overheid.nl,
as the ministry of the interior keeps it as data (MinBZK/regelrecht-corpus on GitHub, published on 22 January 2026): 1:1 to 1:6,
2:1 to 2:27, 3:40 to 3:50, 4:1 to 4:57, 4:84 to 4:125, 6:1 to 6:24, 7:1 to 7:15, 8:3 to 8:8, 8:55c, 8:55d, 8:72 and 10:1 to 10:19.
The text in force on 1 July 2026 (published on 26 June 2026, same source) was read too, for 1:1 to 1:9, 2:1 to 2:27, 3:1 to 3:50,
4:1 to 4:57, 4:81 to 4:125, 6:1 to 6:24, 7:1 to 7:15, 8:1 to 8:8, 8:55b to 8:55d, 8:72 and 10:1 to 10:23: what the desk does by
these, with each term and amount, is as they say there. Every article that a row names is among them.

What the Awb gives and the desk does not use: leaving out a hearing because somebody did not keep to a duty to give data (4:8,
second paragraph), and not paying for thirteen weeks on a serious suspicion (4:56).
"""

from __future__ import annotations

from portal.awarding.decisions.models import DecisionKind
from portal.framework.powers import Power
from portal.papers.legal_claims import ON_CLAIMS
from portal.papers.legal_rows import LAW, RECOURSE, DecisionRow, Recourse
from portal.platform.i18n import lazy_gettext as _l

__all__ = ["DECISIONS", "LAW", "RECOURSE", "DecisionRow", "Recourse", "row_of_letter"]

_AWARD = "portal.awarding.decisions.actions.approve_proposal"
_REJECT = "portal.awarding.decisions.actions.reject_question"
_SETTLE = "portal.paying.settlements.actions.settle_voucher"
_OBJECTIONS = "tests/portal/second_look/objections/test_objections.py"
_REDUCTIONS = "tests/portal/awarding/reductions/test_reductions.py"
_SETTLED = "tests/portal/second_look/objections/test_against_a_settlement.py"
_LOWERED = "tests/portal/paying/settlements/test_lowering.py"
_NO_HEARING = _l("Niet nodig: de aanvrager krijgt wat is gevraagd (4:7)")
_HEARD_APPLICANT = _l("Eerst horen als de weigering rust op gegevens van anderen (4:7)")
_HEARD_HOLDER = _l("Eerst de houder horen; 4:12 geeft hier geen uitzondering (4:8, 4:12 lid 2)")
_NEW_MIX = _l("Een nieuw besluit met een nieuwe verdeling komt in de plaats (7:11)")

DECISIONS: tuple[DecisionRow, ...] = (
    DecisionRow(
        _l("Toekennen"),
        _AWARD,
        Power.AWARD,
        DecisionKind.APPROVED,
        ("decision/approved",),
        ("4:29",),
        _NO_HEARING,
        Recourse.OBJECTION,
        _NEW_MIX,
        (f"{_OBJECTIONS}::test_an_objection_against_an_award_replaces_its_unused_voucher",),
    ),
    DecisionRow(
        _l("Voor een deel toekennen"),
        _AWARD,
        Power.AWARD,
        DecisionKind.PARTLY,
        ("decision/partly",),
        ("4:29",),
        _HEARD_APPLICANT,
        Recourse.OBJECTION,
        _NEW_MIX,
        (
            "tests/portal/awarding/decisions/test_approval.py"
            "::test_a_scheme_that_was_applied_for_but_pays_nothing_is_rejected_in_the_same_decision",
        ),
    ),
    DecisionRow(
        _l("Afwijzen"),
        _REJECT,
        Power.REJECT,
        DecisionKind.REJECTED,
        ("decision/rejected",),
        ("4:29",),
        _HEARD_APPLICANT,
        Recourse.OBJECTION,
        _NEW_MIX,
        (
            f"{_OBJECTIONS}::test_a_reversal_is_a_new_decision_with_a_voucher_and_money_in_the_books",
            "tests/portal/awarding/decisions/test_hearing_first.py::test_a_refusal_on_other_facts_waits_for_a_hearing",
        ),
    ),
    DecisionRow(
        _l("Niet in behandeling nemen"),
        "portal.awarding.setting_aside.set_aside",
        Power.SET_ASIDE,
        DecisionKind.SET_ASIDE,
        ("decision/set_aside",),
        ("4:5",),
        _l("De aanvrager krijgt eerst een termijn om aan te vullen (4:5 lid 1)"),
        Recourse.OBJECTION,
        _l("De aanvraag is meteen weer in behandeling (7:11)"),
        ("tests/portal/awarding/test_setting_aside.py::test_a_founded_objection_takes_the_application_up_again",),
    ),
    DecisionRow(
        _l("Toch in behandeling nemen"),
        "portal.awarding.setting_aside.take_up_again",
        Power.SET_ASIDE,
        DecisionKind.TAKEN_UP,
        ("decision/taken_up",),
        ("4:5", "7:11"),
        _l("Niet nodig: het besluit over de aanvraag volgt nog"),
        Recourse.NONE,
        _l("Het leidt alleen tot een besluit; tegen dat besluit kan bezwaar (6:3)"),
        ("tests/portal/awarding/test_setting_aside.py::test_a_founded_objection_takes_the_application_up_again",),
    ),
    DecisionRow(
        _l("Opnieuw besluiten na een gegrond bezwaar"),
        "portal.awarding.deciding_again.decide_again",
        Power.AWARD,
        None,
        ("decision/approved", "decision/partly"),
        ("4:29", "7:11"),
        _l("Gehoord over het bezwaar (7:2)"),
        Recourse.APPEAL,
        _l("De rechtbank oordeelt (8:72)"),
        (
            "tests/portal/second_look/objections/test_appeal.py"
            "::test_a_decision_upon_objection_names_the_appeal_with_its_last_day_and_not_the_objection",
        ),
    ),
    DecisionRow(
        _l("Meer toekennen op een voucher"),
        "portal.awarding.top_ups.top_up",
        Power.AWARD,
        DecisionKind.TOPPED_UP,
        ("voucher/topped_up",),
        ("4:29",),
        _l("Niet nodig: de houder krijgt meer"),
        Recourse.OBJECTION,
        _l("Er wordt meer toegekend, of er wordt opnieuw besloten (7:11)"),
        (
            "tests/portal/awarding/test_top_ups.py::test_more_is_awarded_with_a_decision_of_its_own",
            f"{_REDUCTIONS}::test_so_does_the_letter_of_a_supplementary_award_and_a_longer_term_names_no_objection",
        ),
    ),
    DecisionRow(
        _l("Vaststellen op wat is gebruikt"),
        _SETTLE,
        Power.AWARD,
        DecisionKind.SETTLED,
        ("settlement/as_used",),
        ("4:46",),
        _l("Niet nodig: de houder houdt wat is gebruikt"),
        Recourse.OBJECTION,
        _l("De voucher wordt opnieuw vastgesteld (7:11)"),
        (
            "tests/portal/paying/settlements/test_settling.py::test_a_voucher_is_settled_as_used_and_what_was_open_is_free_again",
        ),
    ),
    DecisionRow(
        _l("Lager vaststellen en terugvorderen"),
        _SETTLE,
        Power.AWARD,
        DecisionKind.SETTLED,
        ("settlement/lower",),
        ("4:46", "4:57", "4:87"),
        _HEARD_HOLDER,
        Recourse.OBJECTION,
        _l("De voucher wordt hoger vastgesteld; wat te veel terugkwam, krijgt de houder terug (7:11)"),
        (
            f"{_SETTLED}::test_the_letter_of_a_lower_settlement_says_until_when_one_can_object",
            "tests/portal/paying/settling_again/test_settling_again.py"
            "::test_the_whole_way_from_a_lower_settlement_to_the_money_back_at_the_holder",
        ),
    ),
    DecisionRow(
        _l("Een vaststelling later intrekken of verlagen, en terugvorderen"),
        "portal.paying.settlements.lowering.lower_settlement",
        Power.AWARD,
        DecisionKind.SETTLED_LESS,
        ("settlement/lowered",),
        ("4:49", "4:57", "4:87"),
        _HEARD_HOLDER,
        Recourse.OBJECTION,
        _l("De voucher wordt hoger vastgesteld; wat te veel terugkwam, krijgt de houder terug (7:11)"),
        (
            f"{_LOWERED}::test_the_whole_way_from_new_facts_to_the_money_back_and_a_founded_objection",
            f"{_LOWERED}::test_the_letter_says_from_what_to_what_on_which_ground_and_until_when_one_can_object",
        ),
    ),
    DecisionRow(
        _l("Opnieuw vaststellen na een gegrond bezwaar"),
        "portal.paying.settling_again.actions.settle_again",
        Power.AWARD,
        None,
        ("settlement/again",),
        ("4:46", "7:11"),
        _l("Gehoord over het bezwaar (7:2)"),
        Recourse.APPEAL,
        _l("De rechtbank oordeelt (8:72)"),
        (
            "tests/portal/paying/settling_again/test_settling_again.py"
            "::test_the_new_decision_names_the_old_one_its_mandate_and_its_letter",
        ),
    ),
    DecisionRow(
        _l("Een voucher intrekken"),
        "portal.awarding.reductions.revoke_award",
        Power.AWARD,
        DecisionKind.REVOKED,
        ("reduction/revoked",),
        ("4:48",),
        _HEARD_HOLDER,
        Recourse.OBJECTION,
        _l("De voucher komt terug (7:11)"),
        (f"{_REDUCTIONS}::test_one_objects_to_it_and_a_colleague_decides",),
    ),
    DecisionRow(
        _l("Een voucher eerder laten eindigen, na een verhuizing of om een andere reden"),
        "portal.awarding.reductions.end_award",
        Power.AWARD,
        DecisionKind.REVOKED,
        ("reduction/moved_ends", "reduction/ends"),
        ("4:50",),
        _HEARD_HOLDER,
        Recourse.OBJECTION,
        _l("De voucher komt terug (7:11)"),
        (f"{_REDUCTIONS}::test_one_objects_to_it_and_a_colleague_decides",),
    ),
    DecisionRow(
        _l("Een voucher verlagen"),
        "portal.awarding.reductions.lower_award",
        Power.AWARD,
        DecisionKind.LOWERED,
        ("reduction/lowered",),
        ("4:48",),
        _HEARD_HOLDER,
        Recourse.OBJECTION,
        _l("Het bedrag komt terug op de voucher (7:11)"),
        (f"{_REDUCTIONS}::test_one_objects_to_it_and_a_colleague_decides",),
    ),
    DecisionRow(
        _l("Een voucher teruggeven na een gegrond bezwaar"),
        "portal.awarding.restoring.restore_award",
        Power.AWARD,
        DecisionKind.RESTORED,
        ("reduction/restored", "reduction/restored_waits"),
        ("4:25", "7:11"),
        _l("Gehoord over het bezwaar (7:2)"),
        Recourse.APPEAL,
        _l("De rechtbank oordeelt (8:72)"),
        (
            "tests/portal/second_look/objections/test_remedies.py"
            "::test_a_revoked_voucher_comes_back_with_what_was_taken_and_more_days",
        ),
    ),
    *ON_CLAIMS,
    DecisionRow(
        _l("Besluiten op een bezwaar"),
        "portal.second_look.objections.actions.decide_objection",
        Power.AWARD,
        None,
        ("objection/decided",),
        ("7:11", "7:12"),
        _l("Horen, of vastleggen waarom dat niet hoeft (7:2, 7:3)"),
        Recourse.APPEAL,
        _l("De rechtbank oordeelt (8:72)"),
        (f"{_OBJECTIONS}::test_nobody_decides_before_the_hearing_was_held_or_left_out",),
    ),
    DecisionRow(
        _l("Doorverwijzen"),
        "portal.awarding.decisions.actions.refer_question",
        None,
        DecisionKind.REFERRED,
        ("decision/referred",),
        (),
        _l("Niet nodig: er is geen aanvraag"),
        Recourse.NONE,
        _l("Het is een advies. Er wordt niets beslist (1:3)"),
        ("tests/portal/awarding/decisions/test_approval.py::test_referring_is_for_advice_and_not_for_an_application",),
    ),
)


def row_of_letter(template: str) -> DecisionRow | None:
    """The decision that a letter makes known, as it is taken first; None for a letter that makes none known."""
    return next((row for row in DECISIONS if template in row.letters), None)
