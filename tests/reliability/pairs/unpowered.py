"""Acts that move money or rights and stand under no power, each with the reason."""

from __future__ import annotations

_TRIED = "It tries the act and undoes it; what stays is that it waits."
_WORKSHOP = (
    "It changes a draft, by which nobody gets anything; publishing takes a second person (`portal.publishing.gate`)."
)
_TWO_OF_ITS_OWN = (
    "It takes a second person by a rule of its own, which its own tests and the table of the database hold."
)
_BANK = "The bank did it; what it says is read, and a return is paid again only when a second person confirms it."
_TOLD = (
    "An advisor made sure that it is the employer's address; it is told, and so is everybody who could come in already."
)
_WAITS_FOR_TWO = (
    "It waits for a second administrator; that of a provider is good at once, and a person looks at all that it sends."
)
_LESS = "It takes rights away and gives none; who is wrong gives them back, with a mandate."

_ERASES = "It erases names of cases that are over, by a term of two people or because the person asked; no right or cent moves."

UNPOWERED: dict[str, str] = {
    "portal.oversight.privacy.requested.carry_out_erasure": _ERASES,
    "portal.oversight.privacy.retention.actions.erase_batch": _ERASES,
    "portal.accounting.takeover.actions.try_administration": "It books everything in a savepoint to see the sums, and undoes that.",
    "portal.accounting.takeover.parts.try_part": "It books a part in a savepoint to see the sums, and undoes that.",
    "portal.accounting.tranches.actions.receive_by_hand": "It lays money down that came in; another person confirms it.",
    "portal.accounting.tranches.actions.receive_from_bank": "The bank has the money in; a person says of which tranche it is.",
    "portal.accounting.tranches.actions.withdraw_receipt": "What waited for a second person did not count yet.",
    "portal.accounting.undone_receipts.ask_undo": "It says what is wrong; the money counts until another person undoes it.",
    "portal.accounting.undone_receipts.keep_receipt": "The money counted and still counts.",
    "portal.awarding.deciding_again.propose_again": "It takes the vouchers back in a savepoint to see what fits, and undoes that.",
    "portal.awarding.restoring.give_back_restored": "What comes back was decided before, under a power; now there is money for it.",
    "portal.cases.employers.actions.admit_address": _TOLD,
    "portal.cases.employers.actions.dismiss_address": _LESS,
    "portal.cases.representatives.actions.authorise_representative": _TWO_OF_ITS_OWN,
    "portal.cases.representatives.actions.confirm_representative": _TWO_OF_ITS_OWN,
    "portal.cases.representatives.actions.end_representation": _LESS,
    "portal.framework.catalogue.actions.activate_due_versions": "The day came that two people decided on before.",
    "portal.framework.staff.close_account": _LESS,
    "portal.framework.staff.confirm_rights": "It says that rights are right as they are; nobody gets more.",
    "portal.framework.staff.limit_rights": _LESS,
    "portal.framework.tokens.actions.end_token": _LESS,
    "portal.framework.tokens.actions.make_token": _WAITS_FOR_TWO,
    "portal.framework.tokens.actions.replace_token": _WAITS_FOR_TWO,
    "portal.paying.account_numbers.actions.ask_iban_change": _TWO_OF_ITS_OWN,
    "portal.paying.account_numbers.actions.check_iban_change": _TWO_OF_ITS_OWN,
    "portal.paying.by_hand.actions.confirm_outcome": _TWO_OF_ITS_OWN,
    "portal.paying.payments.actions.cancel_batch": "It stops payments. They can be paid in another batch, by two people again.",
    "portal.paying.payments.actions.export_batch": "Two people released the batch before; this makes the file for the bank.",
    "portal.paying.payments.actions.make_batch": "It lays payments down; another person releases them.",
    "portal.paying.payments.actions.note_repaid": _TWO_OF_ITS_OWN,
    "portal.paying.reassignments.actions.reassign_voucher": "Another budget pays the same award: nobody gets more or less.",
    "portal.paying.settlements.actions.take_credit_note": "The provider asks for less: money comes back to the budget.",
    "portal.paying.statements.actions.read_statement": _BANK,
    "portal.planning.expected_use.actions.end_surety": "Nothing more is promised by it; what was promised stays covered.",
    "portal.planning.expected_use.actions.keep_surety_room": "Two people laid the bound and the chance down; this follows what is known.",
    "portal.awarding.rounds.actions.keep_division": "It says who comes first by the law of the scheme; advisors decide on awards by mandate.",
    "portal.people.accounts.actions.change_role": "A part of giving a role, which stands under a power.",
    "portal.people.accounts.actions.disable_account": _LESS,
    "portal.people.employers.end_address": _LESS,
    "portal.publishing.gate.actions.publish_version": _TWO_OF_ITS_OWN,
    "portal.publishing.gate.actions.send_back": _WORKSHOP,
    "portal.publishing.packages.actions.import_package": _WORKSHOP,
    "portal.publishing.packages.actions.stop_trusting": _LESS,
    "portal.publishing.packages.actions.trust_signer": "What a signer sends becomes a draft, and two people publish it.",
    "portal.publishing.workshop.actions.rebase_draft": _WORKSHOP,
    "portal.publishing.workshop.actions.save_draft": _WORKSHOP,
    "portal.publishing.workshop.actions.start_draft": _WORKSHOP,
    "portal.publishing.workshop.actions.submit_for_review": _WORKSHOP,
    "portal.publishing.workshop.actions.withdraw_draft": _WORKSHOP,
    "portal.second_look.two_person_acts.actions.do_laid_down": "It does an act that stands under a power, with a first person.",
    "portal.second_look.two_person_acts.actions.lay_down": _TRIED,
    "portal.spending.providers.actions.accept_registration": "The account is that of a provider, which hands in; others decide.",
    "portal.spending.providers.actions.withdraw_approval": _LESS,
    "portal.spending.vouchers.actions.expire_voucher": "The last day passed: a program frees what was not used.",
    "portal.spending.vouchers.actions.redeem_voucher": "The provider asks for what was awarded to it; an advisor accepts it.",
}
