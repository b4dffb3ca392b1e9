"""A question that comes in whole, from the program of a form, in place of page by page: the forms and the acts of the pages.

Every answer goes through the form and the act of the page that asks it here, so that nothing comes in that a page refuses, and
everything that is wrong is said at once. The person gets the link as anybody gets it: in the message that the question came in.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from portal.awarding.answering import indicative_answer
from portal.awarding.sent_outcomes.actions import keep_sent_outcome
from portal.awarding.sent_outcomes.queries import who_pays
from portal.cases.assistance.actions import start_assisted
from portal.cases.assistance.models import HelpWay
from portal.cases.contents import VAT_FACT, save_borrowing, save_costs, save_employer, save_training, save_wish
from portal.cases.origins.actions import note_heard_from
from portal.cases.pledges.actions import Contribution, expect_pledge
from portal.cases.questions.actions import submit_question
from portal.cases.questions.models import CostInput, DevelopmentQuestion, Route
from portal.cases.questions.queries import asker_audience
from portal.cases.wrong_facts import fact_refusal
from portal.framework.catalogue.queries import as_json
from portal.people.actor import Actor
from portal.platform.clock import now, today
from portal.platform.errors import Refusal
from portal.platform.i18n import lazy_gettext as _l
from portal.platform.limits.actions import TooMany
from portal.web.edge.refusing import note_refusal
from portal.web.forms import Form
from portal.web.intake.asking import save_answer
from portal.web.intake.drafting import costs_form, count_mail
from portal.web.intake.fields import ELSEWHERE, all_municipalities, fact_field, words_of
from portal.web.intake.forms import (
    BorrowForm,
    CompanyForm,
    EmployerForm,
    EmployerWishForm,
    ResidentWishForm,
    TrainingForm,
)
from portal.web.intake.people import SendForm
from portal.web.intake.state import UNKNOWN, Intake
from schemes.facts import FactDefinition, parse_facts

REFUSED = "answer_refused"
"""The code of what a page would refuse at its field."""
Typed = Mapping[str, str | Sequence[str]]
"""The fields of a form as somebody would type them."""
Path = tuple[str | int, ...]
CONTRIBUTION, BORROWING = ("employer_contribution", "amount_cents"), ("borrow_up_to_cents",)
ONE_FIELD = (CONTRIBUTION, BORROWING)
"""Where one answer stands for a form of two fields."""


@dataclass(frozen=True)
class WholeQuestion:
    """All that somebody answered, by page. What a page reads as text stands here as text; facts are values as `save_facts` has
    them, amounts are whole cents."""

    route: Route
    language: str
    contact: Typed
    wish: str | None = None
    goals: Sequence[str] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
    training: Typed = field(default_factory=dict)
    costs: Sequence[CostInput] = ()
    company: Typed | None = None
    contribution: Contribution | None = None
    borrow_up_to_cents: int = 0


class WrongAnswer(NamedTuple):
    """One answer that is not taken: where it stands in the question, a stable code, and what is wrong with it."""

    path: Path
    code: str
    message: Any


class WrongAnswers(Exception):
    """Nothing was sent, because of what is in ``found``."""

    def __init__(self, found: Sequence[WrongAnswer]) -> None:
        super().__init__("answers that are not taken")
        self.found = list(found)


def send_whole(session: Session, *, whole: WholeQuestion, actor: Actor) -> DevelopmentQuestion:
    """Make the question and send it to the desk, in the name of the account whose form it is.

    Raises ``WrongAnswers`` with everything that is wrong (then the caller rolls back), ``Refusal`` for an account that may not
    do this, ``TooMany`` for an address that gets much mail already.
    """
    begun = start_assisted(
        session, route=whole.route, way=HelpWay.FORM, language=whole.language, actor=actor, now=now()
    )
    asker = Actor(asker_audience(begun), account_id=actor.account_id, question_id=begun.id)
    filling = _Filling(Intake(session, begun, asker, today()), whole)
    filling.wish()
    filling.company()
    filling.training()
    filling.facts()
    filling.costs()
    filling.money_of_others()
    form = filling.checked(SendForm, ("contact",), whole.contact)
    if filling.found or form is None:
        raise WrongAnswers(filling.found)
    return _sent(filling, form)


def _sent(filling: _Filling, form: Any) -> DevelopmentQuestion:
    intake = filling.intake.again()
    session, question, told = intake.session, intake.question, form.details()
    doing: dict[str, Any] = {"question": question, "actor": intake.actor, "now": now()}
    count_mail(told)
    with filling.refusals("contact"):
        note_heard_from(session, heard_from=form.heard(), **doing)
        said = who_pays(indicative_answer(session, question=question, on=intake.on))
        submit_question(session, contact=told, **doing)
        keep_sent_outcome(session, said=said, **doing)
    if filling.found:
        raise WrongAnswers(filling.found)
    return question


class _Filling:
    """The filling in of one draft, page by page; what is wrong is kept, and the next page is looked at as well."""

    def __init__(self, intake: Intake, whole: WholeQuestion) -> None:
        self.intake, self.whole = intake, whole
        self.found: list[WrongAnswer] = []

    def checked(self, made: type[Form], under: Path, typed: Typed, **more: Any) -> Any:
        """The form of a page with what was typed in it; None when it is not right, and then it is said what is wrong.

        It is said at the fields under a path; or at the path itself, when that is one field.
        """
        form = made(formdata=_as_sent(typed), **more)
        if form.validate():
            return form
        for name, messages in form.errors.items():
            self._say((*under, name) if name and under not in ONE_FIELD else under, messages)
        return None

    def _say(self, path: Path, messages: Any) -> None:
        for message in messages:
            self.found.append(WrongAnswer(path, REFUSED, message))

    @contextmanager
    def refusals(self, *under: str | int) -> Iterator[None]:
        """What the act refuses stands at its field. Too often stays too often."""
        try:
            yield
        except TooMany:
            raise
        except Refusal as refusal:
            note_refusal(refusal)
            path = under if refusal.field is None else (*under, refusal.field)
            self.found.append(WrongAnswer(path, refusal.code, refusal.message))

    @property
    def _doing(self) -> dict[str, Any]:
        return {"question": self.intake.question, "actor": self.intake.actor, "now": now()}

    def wish(self) -> None:
        """What somebody wants to learn or reach."""
        made = EmployerWishForm if self.intake.employer_route else ResidentWishForm
        goals = self.whole.goals or self.whole.facts.get("goals") or ()
        typed: Typed = {"wish": self.whole.wish or "", "goals": goals if isinstance(goals, list | tuple) else ()}
        form = self.checked(made, (), typed, goals_of=self.intake.known.facts.get("goals"))
        if form is not None:
            with self.refusals():
                save_wish(self.intake.session, wish=form.wish.data, goals=form.goals.data, **self._doing)

    def company(self) -> None:
        """Which organisation asks; who asks for himself or herself says none."""
        if not self.intake.employer_route:
            if self.whole.company is not None:
                message = _l("Deze vraag is niet van een werkgever.")
                self.found.append(WrongAnswer(("employer",), "not_employer_route", message))
            return
        form = self.checked(CompanyForm, ("employer",), self.whole.company or {})
        if form is not None:
            with self.refusals("employer"):
                save_employer(self.intake.session, employer=form.details(), learner_name=None, **self._doing)

    def training(self) -> None:
        """Which training, if it is known; what is said about one asks for its name."""
        about = [fact for fact in self.whole.facts if fact.startswith("training_")]
        if not (self.whole.training or about):
            return
        form = self.checked(TrainingForm, ("training",), {"known": "yes", **self.whole.training})
        if form is not None:
            name, provider = form.training()
            with self.refusals("training"):
                save_training(self.intake.session, name=name, provider=provider, **self._doing)

    def facts(self) -> None:
        """Every fact, as the page that asks it takes it; only what this asker can know, and what follows from nothing else."""
        known = self.intake.known.facts
        told = {name: value for name, value in self.whole.facts.items() if value is not None and name != "goals"}
        parsed = parse_facts(told, known, on=self.intake.today)
        for finding in parsed.findings:
            refusal = fact_refusal(finding)
            self.found.append(WrongAnswer(("facts", refusal.field or ""), refusal.code, refusal.message))
        wrong = {str(one.path[-1]) for one in self.found if one.path[:1] == ("facts",)}
        answers = {**parsed.values, **dict.fromkeys(sorted(parsed.unknown), UNKNOWN)}
        for name in (name for name in known if name in answers and name not in wrong):
            value = answers[name]
            if self.intake.audience not in known[name].who_knows:
                self._not_asked("facts", name)
            elif self._fits(known[name], value):
                with self.refusals("facts"):
                    save_answer(self.intake, name, UNKNOWN if value == UNKNOWN else self._kept(known[name], value))

    def _fits(self, definition: FactDefinition, value: Any) -> bool:
        """Whether the page of a fact takes a value; what is wrong is kept."""
        if value == UNKNOWN:
            return True
        at = ("facts", definition.key)
        if definition.type == "municipality":
            codes = {ELSEWHERE, *(item.code for item in all_municipalities(self.intake))}
            if value not in codes:
                self._say(at, [_l("Kies een gemeente uit de lijst.")])
            return value in codes
        answer = fact_field(definition, words_of(definition), asked_now=True)
        form = type("OneFactForm", (Form,), {"answer": answer})(
            formdata=_as_sent({"answer": _typed(definition, value)})
        )
        valid = bool(form.validate())
        self._say(at, form.errors.get("answer", ()))
        return valid

    @staticmethod
    def _kept(definition: FactDefinition, value: Any) -> Any:
        """A value as the page keeps it: of a postcode only the digits."""
        return str(value)[:4] if definition.type == "postcode" else as_json(value)

    def costs(self) -> None:
        """What it costs, line by line; who reclaims VAT says what each is without."""
        if not self.whole.costs:
            return
        self.intake = self.intake.again()
        vat = {True: "yes", False: "no", None: ""}.get(self.whole.facts.get(VAT_FACT), "unknown")
        typed: dict[str, str | Sequence[str]] = {"vat": vat}
        for number, line in enumerate(self.whole.costs):
            typed |= {f"lines-{number}-{name}": value for name, value in _typed_cost(line).items()}
        form = costs_form(self.intake, formdata=_as_sent(typed))
        valid = form.validate()
        self._say(("costs",), form.form_errors)
        for number, (line, entry) in enumerate(zip(self.whole.costs, form.lines.entries, strict=False)):
            for name, messages in entry.form.errors.items():
                self._say(("costs", number, _CENTS.get(name, name)), messages)
            if line.amount_without_vat_cents is not None and "amount_without_vat" not in entry.form:
                self._not_asked("costs", number, "amount_without_vat_cents")
        if valid:
            with self.refusals("costs"):
                save_costs(self.intake.session, costs=form.costs(), **self._doing)

    def money_of_others(self) -> None:
        """What the employer of a resident is expected to pay, and how much somebody wants to borrow."""
        total = self.intake.question.total_cents
        money, borrow = self.whole.contribution, self.whole.borrow_up_to_cents
        wrong = any(one.path == ("facts", "work_situation") for one in self.found)
        if money is not None and not wrong and (self.intake.employer_route or not self.intake.has_employer):
            self._not_asked("employer_contribution")
        elif money is not None:
            typed = {"contribution": str(money.kind), str(money.kind): _euros(money.amount_cents)}
            if self.checked(EmployerForm, CONTRIBUTION, typed, total_cents=total) is not None:
                with self.refusals("employer_contribution"):
                    expect_pledge(self.intake.session, money=money, **self._doing)
        if borrow:
            typed = {"borrow": "yes", "amount": _euros(borrow)}
            if self.checked(BorrowForm, BORROWING, typed, total_cents=total) is not None:
                with self.refusals(*BORROWING):
                    save_borrowing(self.intake.session, up_to_cents=borrow, **self._doing)

    def _not_asked(self, *path: str | int) -> None:
        self.found.append(WrongAnswer(path, "not_asked_here", _l("Dit vragen wij niet aan wie de vraag stelt.")))


_CENTS = {"amount": "amount_cents", "amount_without_vat": "amount_without_vat_cents"}


def _as_sent(typed: Typed) -> MultiDict[str, str]:
    """What was typed, as a browser would send it."""
    sent: MultiDict[str, str] = MultiDict()
    for name, value in typed.items():
        for one in [value] if isinstance(value, str) else value:
            sent.add(name, one)
    return sent


def _typed_cost(line: CostInput) -> dict[str, str]:
    typed = {"category": line.category, "amount": _euros(line.amount_cents), "description": line.description or ""}
    without = line.amount_without_vat_cents
    return typed if without is None else {**typed, "amount_without_vat": _euros(without)}


def _euros(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}"


def _typed(definition: FactDefinition, value: Any) -> str | Sequence[str]:
    """A value of a fact as somebody would type it on its page."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if definition.type == "money":
        return _euros(int(value))
    if isinstance(value, tuple | list):
        return [str(one) for one in value]
    return value.isoformat() if isinstance(value, date) else f"{value:f}" if isinstance(value, Decimal) else str(value)
