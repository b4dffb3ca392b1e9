"""For each URL parameter: which object belongs to whom. The access matrix asks here.

A screen with a new URL parameter adds a builder (decorator `objects`); until then the matrix fails and names the parameter.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal.people.accounts.actions import grant_access_link, issue_sign_in_link
from portal.people.accounts.queries import account_by_email
from portal.people.actor import BY_LINK, Audience
from tests.web.browser import SYSTEM
from tests.web.employers import a_token_for_an_employer
from tests.web.world import NOW, World

UNKNOWN = "bestaat-niet-bestaat-niet"


@dataclass(frozen=True)
class Whose:
    """Values of one URL parameter for one audience: of its own, of someone else, and of nobody. None: there is no such thing.

    `question_id` is the question that a resident or employer has to be let in for, when it is not their own of this stage.
    """

    own: str | None = None
    other: str | None = None
    unknown: str = UNKNOWN
    question_id: int | None = None


Builder = Callable[[World, Audience], Whose]
BUILDERS: dict[tuple[str, str], Builder] = {}


def objects(name: str, *, only: str = "") -> Callable[[Builder], Builder]:
    """Register the builder of a URL parameter, for all endpoints or only those whose name starts with `only`."""

    def register(builder: Builder) -> Builder:
        assert (name, only) not in BUILDERS, f"there is a builder for <{name}> already"
        BUILDERS[name, only] = builder
        return builder

    return register


def builder_for(name: str, endpoint: str) -> Builder | None:
    """The builder of a parameter at an endpoint: the one with the longest matching prefix."""
    fitting = [key for key in BUILDERS if key[0] == name and endpoint.startswith(key[1])]
    return BUILDERS[max(fitting, key=lambda key: len(key[1]))] if fitting else None


def belongs_to(audience: Audience, key: str, *more: Audience) -> Builder:
    """A builder for things that one audience (or more) sees all of and the others none."""

    def build(world: World, asking: Audience) -> Whose:
        return Whose(world.ids[key]) if asking in (audience, *more) else Whose(None, world.ids[key])

    return build


def of_all_or_the_own_funder(key: str) -> Builder:
    """Who looks after the accounts sees all of it, a funder its own."""

    def build(world: World, asking: Audience) -> Whose:
        if asking is Audience.FUNDER:
            return Whose(world.ids[key], world.ids[f"other {key}"])
        sees_all = asking in (Audience.REGION, Audience.CONTROLLER, Audience.AUDITOR)
        return Whose(world.ids[key]) if sees_all else Whose(None, world.ids[key])

    return build


# What the desk has -----------------------------------------------------------------------------------------------------


@objects("question_id")
def question_id(world: World, audience: Audience) -> Whose:
    """Residents and employers have their own question; an advisor sees what was sent, not a draft."""
    if audience in BY_LINK:
        return Whose(world.question(audience).public_id, world.question(audience, other=True).public_id)
    other = world.question(Audience.RESIDENT, other=True).public_id
    if audience is not Audience.ADVISOR:
        return Whose(None, other)
    own = None if world.stage == "draft" else world.question(Audience.RESIDENT).public_id
    return Whose(own, world.questions["draft resident"].public_id)


@objects("question_id", only="assisting.go_on")
def assisted_question_id(world: World, audience: Audience) -> Whose:
    """Who helps goes on with the drafts that the own account began, and with no other."""
    own = world.ids.get(f"{audience.value} assisted")
    other = "helper assisted" if audience is Audience.ADVISOR else "advisor assisted"
    return Whose(own, world.ids[other])


@objects("question_id", only="employer.pledge")
def asked_question_id(world: World, audience: Audience) -> Whose:
    """The employer that a resident asks to pay a part has the question it was asked about, and no other."""
    asked, other = world.questions["sent resident"], world.questions["other sent resident"]
    own = Whose(asked.public_id, other.public_id, question_id=asked.id)
    return own if audience is Audience.EMPLOYER else Whose(None, asked.public_id)


@objects("question_id", only="advisor.employer_addresses")
@objects("question_id", only="advisor.end_employer_address")
@objects("question_id", only="advisor.group")
def employer_question_id(world: World, audience: Audience) -> Whose:
    """Only an employer has a group of companies."""
    own, other = world.questions["sent employer"], world.questions["draft employer"]
    return Whose(own.public_id, other.public_id) if audience is Audience.ADVISOR else Whose(None, own.public_id)


objects("agreement_id")(of_all_or_the_own_funder("agreement"))
objects("party_id")(of_all_or_the_own_funder("party"))
objects("duty_id")(of_all_or_the_own_funder("duty"))
objects("document_id")(of_all_or_the_own_funder("document"))
objects("approval_id")(of_all_or_the_own_funder("approval"))
objects("tranche_id")(of_all_or_the_own_funder("tranche"))
objects("token", only="employer.enter")(lambda world, _audience: Whose(world.do(a_token_for_an_employer)))
objects("service")(lambda _world, _audience: Whose(None, None))
objects("year")(lambda _world, _audience: Whose(None, str(NOW.year)))
objects("work_id")(belongs_to(Audience.ADMIN, "work"))
objects("address_id")(belongs_to(Audience.ADVISOR, "employer address"))
objects("webhook_id")(belongs_to(Audience.ADMIN, "webhook"))
objects("delivery_id")(belongs_to(Audience.ADMIN, "webhook delivery"))
objects("archived_id")(belongs_to(Audience.ADMIN, "letter registration"))
objects("token_id")(belongs_to(Audience.ADMIN, "api token"))
objects("proposal_id")(belongs_to(Audience.ADVISOR, "resident proposal"))
for _name in ("conversation", "call", "hours", "away", "correction", "request"):
    objects(f"{_name}_id")(belongs_to(Audience.ADVISOR, _name))
objects("voucher_id")(belongs_to(Audience.ADVISOR, "voucher"))
objects("voucher_id", only="accounting.")(lambda world, audience: _of_auditor(world, audience, "voucher"))
objects("sample_id", only="accounting.sample_")(lambda world, audience: _of_auditor(world, audience, "sample"))
objects("provider_id")(belongs_to(Audience.ADVISOR, "provider"))
objects("message_id")(belongs_to(Audience.ADVISOR, "message"))
objects("message_id", only="admin.")(belongs_to(Audience.ADMIN, "message"))
objects("account_id")(belongs_to(Audience.ADMIN, "account"))
objects("signer_id")(belongs_to(Audience.REGION, "signer"))
objects("line_id")(belongs_to(Audience.REGION, "line"))
objects("administration_id")(belongs_to(Audience.REGION, "administration"))
objects("campaign_code")(belongs_to(Audience.REGION, "campaign"))


SEES_ACCOUNTS = frozenset({Audience.REGION, Audience.CONTROLLER, Audience.AUDITOR})


def of_who_sees_accounts(key: str) -> Builder:
    """Who looks after all money sees all of it; a funder none."""

    def build(world: World, asking: Audience) -> Whose:
        return Whose(world.ids[key]) if asking in SEES_ACCOUNTS else Whose(None, world.ids[key])

    return build


for _about in ("winding", "forecast", "rebalance", "sample", "prices", "scenario", "surety", "round"):
    objects(f"{_about}_id")(of_who_sees_accounts(_about))


@objects("period_id")
def period_id(world: World, audience: Audience) -> Whose:
    """Who sees the accounts sees every period, a funder with the figures of its own lines."""
    mine = audience in SEES_ACCOUNTS | {Audience.FUNDER}
    return Whose(world.ids["period"]) if mine else Whose(None, world.ids["period"])


@objects("month")
def month(world: World, audience: Audience) -> Whose:
    """The books of a month; there is no journal of what is no month."""
    mine = f"{NOW:%Y-%m}"
    return Whose(mine) if audience in SEES_ACCOUNTS else Whose(None, mine)


def _of_auditor(world: World, audience: Audience, kind: str) -> Whose:
    """An auditor opens the vouchers of the own sample: not those of another, and no voucher outside it."""
    own, other = {"sample": ("sample", "other sample"), "voucher": ("sampled voucher", "unsampled voucher")}[kind]
    mine = audience is Audience.AUDITOR
    return Whose(world.ids[own], world.ids[other]) if mine else Whose(None, world.ids[own])


@objects("warning_key")
def warning_key(world: World, audience: Audience) -> Whose:
    """Whoever sees warnings sees all of them."""
    mine = audience in (Audience.REGION, Audience.CONTROLLER)
    return Whose(world.ids["warning"] if mine else None, "few_questions.nobody")


@objects("code")
def code(world: World, audience: Audience) -> Whose:
    """A provider that is approved for the scheme may use the voucher whose code it has."""
    own = world.ids["code"] if audience is Audience.PROVIDER else None
    return Whose(own, world.ids["other code"], "AAAA-AAAA-AAAA")


@objects("redemption_id")
def redemption_id(world: World, audience: Audience) -> Whose:
    """What a provider used itself."""
    return Whose(world.ids["redemption"] if audience is Audience.PROVIDER else None, world.ids["other redemption"])


objects("redemption_id", only="advisor.")(belongs_to(Audience.ADVISOR, "redemption"))
objects("recovery_id")(belongs_to(Audience.ADVISOR, "recovery", Audience.REGION))


@objects("act_id")
def act_id(world: World, audience: Audience) -> Whose:
    """What waits for a second person is only there for who may do it."""
    kinds = {one: f"act of {one.value}" for one in (Audience.ADVISOR, Audience.OWNER, Audience.REGION, Audience.ADMIN)}
    other = kinds[Audience.REGION if audience is not Audience.REGION else Audience.ADMIN]
    return Whose(world.ids[kinds[audience]] if audience in kinds else None, world.ids[other])


for one in ("preparation", "hearing", "objection", "repayment", "own debt", "share"):
    objects(f"{one.replace(' ', '_')}_id")(belongs_to(Audience.ADVISOR, one))
objects("batch_id", only="advisor.batch")(belongs_to(Audience.ADVISOR, "pile"))
objects("letter_id")(belongs_to(Audience.ADVISOR, "letter"))
objects("mandate_id")(belongs_to(Audience.REGION, "mandate"))


@objects("letter_id", only="resident.")
@objects("letter_id", only="employer.")
def own_letter(world: World, audience: Audience) -> Whose:
    """The letter of a question is only there on the page of that question: the resident's that was decided."""
    if audience is Audience.RESIDENT and world.stage == "decided":
        return Whose(world.ids["letter"])
    return Whose(None, world.ids["letter"])


objects("item_id")(belongs_to(Audience.ADMIN, "job item"))
objects("team_id")(belongs_to(Audience.ADMIN, "team"))
objects("member_id")(belongs_to(Audience.ADMIN, "team member"))


objects("evidence_id")(belongs_to(Audience.ADVISOR, "resident evidence"))


@objects("evidence_id", only="resident.")
@objects("evidence_id", only="employer.")
def own_evidence(world: World, audience: Audience) -> Whose:
    """What was handed in is only there at its own question: that was sent and is not decided."""
    own = world.ids[f"{audience.value} evidence"] if audience in BY_LINK and world.stage == "sent" else None
    return Whose(own, world.ids["other resident evidence"])


@objects("piece")
def piece(world: World, audience: Audience) -> Whose:
    """What the schemes want of a question that was sent is the same for all."""
    asked = audience is Audience.ADVISOR or (audience in BY_LINK and world.stage != "draft")
    return Whose("offerte" if asked else None)


@objects("piece", only="employer.hand_in_pledged")
def pledged_piece(world: World, audience: Audience) -> Whose:
    """The employer that is asked to pay a part hands in its own pieces, of which there are none here; not those of its employee."""
    return Whose(None, "offerte")


objects("question_id", only="employer.hand_in_pledged")(asked_question_id)


@objects("invoice_id")
def invoice_id(world: World, audience: Audience) -> Whose:
    """A provider has its own invoices, an advisor all of them."""
    if audience is Audience.PROVIDER:
        return Whose(world.ids["invoice"], world.ids["other invoice"])
    return Whose(world.ids["invoice"]) if audience is Audience.ADVISOR else Whose(None, world.ids["other invoice"])


objects("batch_id")(belongs_to(Audience.REGION, "batch"))
objects("payment_id")(belongs_to(Audience.REGION, "payment"))
objects("check_id")(belongs_to(Audience.REGION, "books check"))
objects("award_id")(belongs_to(Audience.REGION, "aid award"))
objects("bank_line_id")(belongs_to(Audience.REGION, "bank line"))
objects("registration_id")(belongs_to(Audience.ADVISOR, "registration"))
objects("flag_id")(belongs_to(Audience.ADVISOR, "flag"))
objects("hand_over_id")(belongs_to(Audience.ADVISOR, "hand over"))


objects("expense_id")(of_all_or_the_own_funder("expense"))
objects("entry_id")(of_all_or_the_own_funder("entry"))


def _of_reader(world: World, audience: Audience, what: str) -> Whose:
    """What a reader of reports asked for, and not what another did."""
    other = world.ids[f"auditor {what}" if audience is not Audience.AUDITOR else f"controller {what}"]
    return Whose(world.ids.get(f"{audience.value} {what}"), other)


@objects("schedule_id")
def schedule_id(world: World, audience: Audience) -> Whose:
    """The region ends every report by mail, a reader the own one."""
    mine = _of_reader(world, audience, "schedule")
    return Whose(mine.other) if audience is Audience.REGION else mine


objects("file_id")(lambda world, audience: _of_reader(world, audience, "report file"))
objects("package_id")(belongs_to(Audience.REGION, "package"))


@objects("selection_id")
def selection_id(world: World, audience: Audience) -> Whose:
    """An advisor has its own filters, not those of a colleague."""
    own = world.ids["selection"] if audience is Audience.ADVISOR else None
    return Whose(own, world.ids["other selection"])


@objects("scheme")
def scheme(world: World, _audience: Audience) -> Whose:
    """Schemes are public."""
    return Whose(world.ids["scheme"])


@objects("training_id")
def training_id(world: World, _audience: Audience) -> Whose:
    """Trainings of the region are public."""
    return Whose(world.ids["training"])


def of_who_looks_after_trainings(key: str) -> Builder:
    """The region and the admin enter trainings and take in lists of them; nobody else does."""

    def build(world: World, asking: Audience) -> Whose:
        own = asking in (Audience.REGION, Audience.ADMIN)
        return Whose(world.ids[key]) if own else Whose(None, world.ids[key])

    return build


objects("training_id", only="region.")(of_who_looks_after_trainings("training"))
objects("import_id")(of_who_looks_after_trainings("training list"))


@objects("scheme", only="owner.")
def own_scheme(world: World, audience: Audience) -> Whose:
    """An owner has the screens of its own schemes; the region looks at all that wait for a second person."""
    if audience is Audience.REGION:
        return Whose(world.ids["scheme"])
    own = world.ids["scheme"] if audience is Audience.OWNER else None
    return Whose(own, world.ids["other scheme"])


@objects("version", only="owner.")
def own_version(world: World, audience: Audience) -> Whose:
    """The draft of an own scheme, by its number."""
    return Whose(world.ids["draft"] if audience in (Audience.OWNER, Audience.REGION) else None, None)


@objects("part", only="owner.")
def part_of_form(_world: World, _audience: Audience) -> Whose:
    """The pages of the form are the same for everybody."""
    return Whose("bedragen")


@objects("fact")
def fact(_world: World, _audience: Audience) -> Whose:
    """The names of facts are public; whose answer it is, the question says."""
    return Whose("contract_hours")


@objects("fact", only="employer.")
def employer_fact(_world: World, _audience: Audience) -> Whose:
    """A fact that an employer can know."""
    return Whose("in_development_path")


@objects("place", only="employer.bundle")
def place_in_bundle(world: World, audience: Audience) -> Whose:
    """A new training of the employer's own draft; there is no such thing of somebody else than the question itself."""
    return Whose("nieuw", None, "9")


objects("filename", only="static")(lambda _world, _audience: Whose("app.css", None, "bestaat-niet.css"))


@objects("token", only="access.link")
def sign_in_token(world: World, _audience: Audience) -> Whose:
    """A link is its own proof: whoever has it may use it."""

    def work(session: Session) -> str:
        account = account_by_email(session, email=world.accounts[Audience.ADVISOR].email)
        assert account is not None
        return issue_sign_in_link(session, account=account, actor=SYSTEM, now=NOW)

    return Whose(world.do(work))


@objects("token", only="access.grant")
def access_token(world: World, _audience: Audience) -> Whose:
    """The same for a link to a question."""
    chosen = world.questions["sent resident"].id

    def work(session: Session) -> str:
        return grant_access_link(session, question_id=chosen, audience=Audience.RESIDENT, actor=SYSTEM, now=NOW)

    return Whose(world.do(work))
