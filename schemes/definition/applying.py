"""How somebody applies for a scheme, how it is paid, and how its budget is divided."""

import hashlib
from typing import Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from schemes.basics.money import Cents
from schemes.basics.values import Dated, Day, Items, Line, Model, Slug, Text, WebAddress
from schemes.basics.vocabulary import CHANGES_OF_SUBSTANCE, ChangeOfSubstance, Distribution, PaymentMoment


class Applicant(Model):
    """Who applies."""

    who: Literal["resident", "employer", "third_party"]
    """Who applies. third_party: someone else must do it, so the desk offers this only as a possibility."""
    third_party: Text | None = None
    """Who that is, for third_party: the temp agency, the adviser of UWV."""

    @model_validator(mode="after")
    def _named(self) -> "Applicant":
        if (self.who == "third_party") != (self.third_party is not None):
            raise PydanticCustomError("third_party_named", "third_party names the other party, and only then")
        return self


class HowToApply(Model):
    """How one applies."""

    how: Text
    """What to do, in plain words."""
    url: WebAddress | None = None
    """Where to apply or read more."""
    before_start: bool = False
    """One must apply before the training starts. Shown as a warning; add a condition starts_after_reference to test it."""
    after_start: bool = False
    """One can only apply once the training has started, or after it. Shown as a warning; add a condition date to test it."""
    within_days: int | None = Field(default=None, ge=1, le=3660)
    """Apply at most so many days after the start. Only with after_start; add a condition elapsed to test it."""

    @model_validator(mode="after")
    def _consistent(self) -> "HowToApply":
        if self.before_start and self.after_start:
            raise PydanticCustomError("before_and_after_start", "Choose before_start or after_start")
        if self.within_days is not None and not self.after_start:
            raise PydanticCustomError("within_days_without_start", "within_days needs after_start: true")
        return self


class EvidenceItem(Text):
    """One thing that must be shown, in words of what it is."""

    id: Slug | None = None
    """Name of the piece. What has the same name in two schemes is the same piece: shown once, it counts for both. Leave out:
    the same words are the same piece."""
    moment: Literal["with_application", "with_payment"] = "with_application"
    """with_application: the application is complete when it is there. with_payment: it is shown later, to be paid."""
    shown_by: Literal["applicant", "employer"] = "applicant"
    """Whose piece it is. employer: the employer of a resident can hand it in too, where that employer is asked to pay a part."""

    @property
    def key(self) -> str:
        """By what the piece is known: its name, or else what follows from its words in Dutch."""
        return self.id or f"w-{hashlib.sha256(self.nl.encode()).hexdigest()[:16]}"


class MomentOfPayment(Model):
    """When the money comes."""

    moment: PaymentMoment
    """before_start: in advance. after_start: once the training has begun. after_completion: when it is finished, on proof.
    on_invoice: on the bill, often straight to the provider. in_parts: in instalments. with_salary: with the wage or benefit.
    other: see the note."""
    note: Text | None = None
    """What else there is to know, such as the size of the parts. Needed for other."""

    @model_validator(mode="after")
    def _explained(self) -> "MomentOfPayment":
        if self.moment == "other" and self.note is None:
            raise PydanticCustomError("payment_explained", "moment other needs a note")
        return self


class Budget(Model):
    """The ceiling of the scheme as a whole and how it is divided. What this desk may spend stands in funding.yaml."""

    distribution: Distribution
    """order_of_receipt: first come, first served. lottery: by lot. pro_rata: everybody a part. ranking: the best first.
    discretion: the deciding body chooses. With anything but order_of_receipt meeting the conditions is not enough."""
    ceiling_cents: Dated[Cents] | None = None
    """The most that is paid to all applicants together, in cents. Leave out when it is not known."""
    announced_on: Day | None = None
    """The day on which the ceiling was published."""
    waiting_list: bool = False
    """When the money is gone, applicants may wait for money that comes free, in the order of receipt. Only with
    order_of_receipt. Without it what goes over the ceiling is refused."""
    complete_again_after: Items[ChangeOfSubstance] = Field(default=CHANGES_OF_SUBSTANCE, max_length=2)
    """Which changes make an application complete again on the day of the change, so that it loses its earlier place in the order
    of receipt. higher_costs: it asks for higher costs. another_training: it asks for another training. Left out: both. An empty
    list: it always keeps its day. Only with order_of_receipt."""
    note: Text | None = None
    """What else there is to know, such as a ceiling per region."""
    article: Line | None = None
    """The article of the source."""

    @model_validator(mode="after")
    def _waits_in_order(self) -> "Budget":
        if self.waiting_list and self.distribution != "order_of_receipt":
            raise PydanticCustomError("waiting_list_in_order", "waiting_list needs distribution order_of_receipt")
        return self

    @model_validator(mode="after")
    def _keeps_its_place(self) -> "Budget":
        changes = self.complete_again_after
        if len(set(changes)) != len(changes):
            raise PydanticCustomError("duplicate_change", "A change stands twice in complete_again_after")
        if set(changes) != set(CHANGES_OF_SUBSTANCE) and self.distribution != "order_of_receipt":
            raise PydanticCustomError(
                "complete_again_in_order", "complete_again_after needs distribution order_of_receipt"
            )
        return self


class VoucherRules(Model):
    """How long a voucher is valid and what happens when it is redeemed. For vouchers administered here."""

    valid_days: int = Field(ge=1, le=3660)
    """Days from issue on which the voucher can be redeemed."""
    partial_redemption: bool
    """A voucher may be redeemed in parts."""
    keep_rest: bool
    """What is left after a redemption stays on the voucher. If false it is released at once."""
    share_elsewhere: Literal["waits", "falls_to_bearer"] = "falls_to_bearer"
    """When another body still decides on a share in the same mix. waits: the voucher stays blocked until that outcome is known.
    falls_to_bearer: it can be used at once, and what the other body refuses is for who owes the costs."""

    @model_validator(mode="after")
    def _consistent(self) -> "VoucherRules":
        if self.keep_rest and not self.partial_redemption:
            raise PydanticCustomError("rest_needs_parts", "keep_rest needs partial_redemption")
        return self
