"""A decision receipt in plain words: one set of data for the page, the PDF and the command line.

Everything comes from the receipt itself: names, rules and sources as they were then. Nothing is read from the database.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from matching.problem.proposal import Share
from matching.reasons.explain import MoneySource, Uncovered, Unused, Used
from matching.reasons.worth import AtMost
from matching.receipt import Receipt, ReceiptContent
from matching.receipt.reading import Rebuilt, rebuild
from matching.what_if.alternatives import Alternative
from portal.platform.clock import local_date
from portal.platform.i18n import current_locale, format_date, format_euros, format_list, localized
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.words.definition_words import sources_of
from portal.words.labels import DECISION_KINDS, OUTCOMES
from portal.words.names import Names, plain
from portal.words.wording import category_label, uncovered_sentence, unused_sentence, used_sentence
from portal.words.wording_mix import at_most_sentence, differs_sentences, source_sentence
from schemes.facts.outcome import Outcome

OBJECTION_WEEKS = 6
"""Weeks in which somebody may object: Awb article 6:7."""
SOURCES = {
    "resident": _l("de inwoner"),
    "employer": _l("de werkgever"),
    "advisor": _l("een adviseur"),
    "looked_up": _l("opgezocht"),
    "derived": _l("volgt uit een ander antwoord"),
}
CHECKED = {
    "identity": _l("wie u bent en waar u woont of gevestigd bent"),
    "purpose": _l("of de opleiding past"),
    "costs": _l("of de kosten kloppen met een offerte"),
    "nothing_paid_twice": _l("of niets dubbel wordt betaald"),
}
LAWS = (
    (_l("Algemene wet bestuursrecht, artikel 3:46 en 3:47"), _l("Een besluit heeft een goede reden, en die staat erbij."),
     "https://wetten.overheid.nl/BWBR0005537"),
    (_l("Algemene wet bestuursrecht, artikel 6:7 en 8:1"),
     _l("U kunt binnen 6 weken bezwaar maken tegen een besluit. Is het besluit genomen na uw bezwaar? Dan kunt u in beroep "
        "gaan bij de rechtbank."),
     "https://wetten.overheid.nl/BWBR0005537"),
    (_l("AVG, artikel 15 en 22"), _l("U mag uw gegevens zien. En een computer mag niet alleen over u beslissen."),
     "https://eur-lex.europa.eu/eli/reg/2016/679/oj"),
)  # fmt: skip


@dataclass(frozen=True)
class _NamedReceipt:
    """A receipt with the names of everything in it."""

    receipt: Receipt
    rebuilt: Rebuilt
    names: Names

    @property
    def content(self) -> ReceiptContent:
        """What the receipt says."""
        return self.receipt.content


def receipt_document(receipt: Receipt) -> dict[str, Any]:
    """The receipt as plain data in the language in use. Raises BadFile when its parts cannot be read."""
    rebuilt = rebuild(receipt)
    told = _NamedReceipt(receipt, rebuilt, _names(receipt, rebuilt))
    content, decision = receipt.content, receipt.content.decision
    title = _("Bewijs van de berekening")
    number = content.question_number or _("zonder nummer")
    return {
        "title": title,
        "author": localized(content.region.desk or content.region.name),
        "language": current_locale(),
        "footer": _("%(title)s bij vraag %(number)s", title=title, number=number),
        "labels": _labels(),
        "intro": list(_intro(told)),
        "about": list(_about(told)),
        "costs": list(_costs(told, rebuilt.proposal.shares if not rebuilt.decided else rebuilt.decided)),
        "totals": list(_totals(told)),
        "outcomes": list(_outcomes(told)),
        "rationale": [] if decision is None else [line for line in decision.rationale.splitlines() if line.strip()],
        "checked": [] if decision is None else [str(CHECKED[name]) for name in decision.checked if name in CHECKED],
        "overrides": list(_overrides(told)),
        "why": list(_why(told)),
        "why_note": [_("Dit is de uitleg bij de verdeling die is voorgesteld.")] if told.content.overrides else [],
        "rest": list(_rest(told)),
        "unused": list(_unused(told)),
        "alternatives": list(_alternatives(told)),
        "facts": list(_facts(told)),
        "asked": list(_asked(told)),
        "proof": list(_proof(told)),
        "sources": list(_sources(told)),
        "laws": [{"title": str(law), "what": str(what), "url": url} for law, what, url in LAWS],
        "how": list(_how()),
        "check": list(_check(told)),
    }


def made_at(receipt: Receipt) -> datetime:
    """The moment of the receipt."""
    return datetime.strptime(receipt.content.made_at, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


def _names(receipt: Receipt, rebuilt: Rebuilt) -> Names:
    base = Names.of_region(rebuilt.region)
    kinds = Counter(line.category for line in rebuilt.problem.lines)
    seen: Counter[str] = Counter()
    labels: dict[str, Any] = dict(receipt.content.funding_titles)
    for line in rebuilt.problem.lines:
        seen[line.category] += 1
        several = f" {seen[line.category]}" if kinds[line.category] > 1 else ""
        labels[line.id] = category_label(line.category) + several
    return Names({**base.titles, **labels}, base.facts, base.lists, base.ended, base.groups)


def _labels() -> dict[str, str]:
    return {
        "about": _("Over dit bewijs"),
        "result": _("Wie betaalt wat"),
        "cost": _("Kosten"),
        "payer": _("Wie betaalt"),
        "money": _("Uit welk geld"),
        "amount": _("Bedrag"),
        "together": _("Samen"),
        "decision": _("Wat is besloten"),
        "scheme": _("Regeling"),
        "outcome": _("Besluit"),
        "body": _("Wie besloot"),
        "reason": _("Reden"),
        "rationale": _("Waarom dit besluit"),
        "checked": _("Dit heeft een mens gecontroleerd"),
        "overrides": _("Wat een adviseur anders wilde"),
        "why": _("Waarom deze bedragen"),
        "rest": _("Wat overblijft"),
        "unused": _("Welke regelingen betalen niet mee"),
        "alternatives": _("Andere verdelingen"),
        "facts": _("Met deze gegevens is gerekend"),
        "fact": _("Vraag"),
        "answer": _("Antwoord"),
        "who": _("Van wie"),
        "when": _("Wanneer"),
        "asked": _("Dit is gevraagd"),
        "what": _("Wat"),
        "value": _("Inhoud"),
        "proof": _("Hoe zeker is dit"),
        "sources": _("Waar de regels staan"),
        "version": _("Versie"),
        "laws": _("Uw rechten in de wet"),
        "check": _("Zelf controleren"),
        "none": _("Geen."),
        "assumptions": _("Aannames, nog niet bevestigd"),
    }


def _intro(told: _NamedReceipt) -> Iterator[str]:
    decision = told.content.decision
    yield _("Hier staat hoe er is gerekend: met welke gegevens, met welke regels, en wat eruit kwam.")
    if decision is None:
        yield _("Dit is een voorstel. Er is nog geen besluit. U kunt hier geen rechten aan ontlenen.")
    elif decision.kind == "referred":
        yield _("Er is geen besluit genomen over geld. De vrager is doorverwezen.")
    else:
        yield _("Een mens heeft het besluit genomen. De computer heeft alleen gerekend.")
    yield _("Er staan geen namen en geen adressen in.")


def _about(told: _NamedReceipt) -> Iterator[list[str]]:
    content, decision = told.content, told.content.decision
    if content.question_number is not None:
        yield [_("Nummer van de vraag"), content.question_number]
    yield [_("Loket"), localized(content.region.desk or content.region.name)]
    yield [_("De regels zoals ze waren op"), format_date(content.reference_date)]
    if decision is None:
        yield [_("Berekend op"), format_date(local_date(made_at(told.receipt)))]
    else:
        yield [_("Besloten op"), format_date(decision.decided_on)]
        yield [_("Soort besluit"), str(DECISION_KINDS[decision.kind][0])]


# Who pays what ---------------------------------------------------------------------------------------------------------


def _bearer(bearer: str) -> str:
    return _("de werkgever zelf") if bearer == "employer" else _("de inwoner zelf")


def _costs(told: _NamedReceipt, shares: tuple[Share, ...]) -> Iterator[list[str]]:
    """Per cost line who pays of it, and what is left."""
    problem, names = told.rebuilt.problem, told.names
    for line in sorted(problem.lines, key=lambda line: line.id):
        left = line.amount_cents
        label = f"{names.title(line.id)}, {format_euros(line.amount_cents)}"
        for share in shares:
            if share.line == line.id:
                left -= share.cents
                money = names.title(share.funding_line) if share.funding_line is not None else ""
                yield [label, names.title(share.offer), money, format_euros(share.cents, exact=True)]
        if left:
            yield [label, _bearer(problem.bearer(line)), "", format_euros(left, exact=True)]


def _totals(told: _NamedReceipt) -> Iterator[list[str]]:
    from matching.spec.score import totals

    shares = told.rebuilt.decided or told.rebuilt.proposal.shares
    sums = totals(told.rebuilt.problem, shares)
    yield [_("Alle kosten"), format_euros(sum(line.amount_cents for line in told.rebuilt.problem.lines), exact=True)]
    if told.rebuilt.problem.circumstances.route == "individual":
        yield [_("De inwoner betaalt zelf"), format_euros(sums["own_contribution_cents"], exact=True)]
    if sums["employer_contribution_cents"]:
        yield [_("De werkgever betaalt"), format_euros(sums["employer_contribution_cents"], exact=True)]
    if sums["repayable_cents"]:
        yield [_("Een lening, die moet terug"), format_euros(sums["repayable_cents"], exact=True)]


def _outcomes(told: _NamedReceipt) -> Iterator[list[str]]:
    for one in told.content.decision.outcomes if told.content.decision is not None else ():
        amount = format_euros(one.amount_cents, exact=True) if one.amount_cents else ""
        body = localized(one.body) if one.body is not None else ""
        outcome = str(OUTCOMES[one.outcome][0])
        yield [told.names.title(one.scheme), f"{outcome} {amount}".strip(), body, one.reason or ""]


def _overrides(told: _NamedReceipt) -> Iterator[str]:
    for one in told.content.overrides:
        offer = told.names.title(one.offer)
        line = told.names.title(one.line) if one.line is not None else ""
        figures = {"offer": offer, "line": line, "amount": format_euros(one.cents, exact=True)}
        if one.kind == "forbidden":
            text = _("%(offer)s doet niet mee.", offer=offer)
        elif one.kind == "locked":
            text = _("%(offer)s betaalt precies %(amount)s van: %(line)s.", **figures)
        else:
            before = format_euros(one.proposed_cents or 0, exact=True)
            text = _(
                "%(offer)s betaalt %(amount)s van: %(line)s. Voorgesteld was %(before)s.", **figures, before=before
            )
        yield f"{text} {_('Reden: %(reason)s', reason=one.reason)}" if one.reason else text


# Why -------------------------------------------------------------------------------------------------------------------


def _as(kind: Any, kept: Mapping[str, Any]) -> Any:
    """A reason of the receipt as the object that the sentences read."""
    return kind(**{name: kept[name] for name in kind.__slots__ if name in kept})


def _why(told: _NamedReceipt) -> Iterator[dict[str, str]]:
    for kept in told.content.reasons.get("used", ()):
        used: Used = _as(Used, kept)
        money = format_list(told.names.title(name) for name in used.funding)
        yield {
            "title": told.names.title(used.offer),
            "amount": format_euros(used.cents, exact=True),
            "text": used_sentence(used, told.names),
            "money": _("Uit: %(money)s.", money=money) if money else "",
            "source": " ".join(dict.fromkeys(_sources_of(kept, told.names))),
        }


def _sources_of(kept: Mapping[str, Any], names: Names) -> Iterator[str]:
    """Why the money comes from those funding lines; a receipt from before that was kept says nothing."""
    several = len(kept.get("sources", ())) > 1
    for one in kept.get("sources", ()):
        source: MoneySource = _as(MoneySource, one)
        text = source_sentence(source, names)
        yield f"{names.title(source.funding_line)}: {text}" if several else text


def _rest(told: _NamedReceipt) -> Iterator[str]:
    for kept in told.content.reasons.get("uncovered", ()):
        left: Uncovered = _as(Uncovered, kept)
        amount = format_euros(left.cents, exact=True)
        label, text = told.names.title(left.line), uncovered_sentence(left, told.names)
        yield _(
            "%(line)s, %(amount)s, voor %(who)s: %(why)s", line=label, amount=amount, who=_bearer(left.bearer), why=text
        )


def _unused(told: _NamedReceipt) -> Iterator[list[str]]:
    """Every scheme that pays nothing, with why; those for another kind of asker together in one line."""
    verdicts = {one.scheme: one for one in told.rebuilt.prepared.verdicts}
    found: list[Unused] = [_as(Unused, kept) for kept in told.content.reasons.get("unused", ())]
    for one in sorted(found, key=lambda one: (one.code == "ended", told.names.title(one.scheme))):
        if one.code != "other_route":
            verdict = verdicts.get(one.scheme)
            reason = verdict.reason if verdict is not None else None
            text = unused_sentence(one, told.names, reason) + _article(one.code, reason)
            yield [told.names.title(one.scheme), f"{text} {_at_most(one, told.names)}".strip()]
    others = sorted(told.names.title(one.scheme) for one in found if one.code == "other_route")
    if others:
        yield [_("Voor een andere aanvrager"), "; ".join(others)]


def _at_most(one: Unused, names: Names) -> str:
    """What a scheme that pays nothing could pay at most."""
    kept: Any = one.at_most
    return at_most_sentence(_as(AtMost, kept), names) if kept is not None and kept["cents"] else ""


def _article(code: str, reason: Outcome | None) -> str:
    return f" ({reason.article})" if code == "not_eligible" and reason is not None and reason.article else ""


def _alternatives(told: _NamedReceipt) -> Iterator[str]:
    for one in told.content.alternatives:
        names = format_list(told.names.title(name) for name in one.get("offers", ()))
        cents = int(one.get("own_difference_cents", 0))
        if cents > 0:
            text = _("Met %(names)s: zelf %(more)s meer betalen.", names=names, more=format_euros(cents, exact=True))
        else:
            text = _("Met %(names)s: zelf evenveel betalen.", names=names)
        yield " ".join([text, *differs_sentences(Alternative.from_dict(one), told.names)])


# What it rests on ------------------------------------------------------------------------------------------------------


def _facts(told: _NamedReceipt) -> Iterator[list[str]]:
    typed = told.rebuilt.prepared.facts
    for fact in told.content.facts:
        value = typed.get(fact.key, fact.value)
        shown = told.names.answer(fact.key, value)
        when = format_date(fact.known_on, "short") if fact.known_on is not None else ""
        yield [told.names.question(fact.key), shown, str(SOURCES[fact.source]), when]


def _asked(told: _NamedReceipt) -> Iterator[list[str]]:
    question, problem = told.rebuilt.question, told.rebuilt.problem
    for line in problem.lines:
        due = _(", te betalen op %(day)s", day=format_date(line.due_on)) if line.due_on is not None else ""
        yield [told.names.title(line.id), format_euros(line.amount_cents, exact=True) + due]
    if question.pledge is not None:
        kind = _("een vast bedrag") if question.pledge.kind == "fixed" else _("hoogstens dit bedrag")
        amount = format_euros(question.pledge.amount_cents, exact=True)
        yield [_("Toezegging van de werkgever"), f"{amount}, {kind}"]
    if question.borrow_up_to_cents:
        yield [_("Wil hoogstens lenen"), format_euros(question.borrow_up_to_cents, exact=True)]
    for entry in question.had_before:
        source = _("opgezocht") if entry.scheme in told.content.looked_up else _("volgens de aanvrager")
        amount, day = format_euros(entry.amount_cents, exact=True), format_date(entry.awarded_on)
        label = _("Eerder gekregen: %(scheme)s", scheme=told.names.title(entry.scheme))
        yield [label, _("%(amount)s op %(day)s, %(source)s", amount=amount, day=day, source=source)]


PASSES = {
    "own_money": _l("zo weinig mogelijk eigen geld"),
    "rest": _l("zo weinig mogelijk dat niemand betaalt"),
    "priced_money": _l("eerst geld dat maar voor één doel mag"),
    "schemes": _l("zo weinig mogelijk regelingen"),
    "canonical": _l("een vaste keuze als het dan nog gelijk is"),
}


def _proof(told: _NamedReceipt) -> Iterator[str]:
    proposal = told.rebuilt.proposal
    order = format_list(str(PASSES[result.name]) for result in proposal.passes)
    yield _("Er is gezocht in deze volgorde: %(order)s.", order=order)
    open_passes = [result for result in proposal.passes if result.status != "proven"]
    if not open_passes:
        yield _("Bewezen: geen andere verdeling die mag, is beter.")
    else:
        first = open_passes[0]
        yield _(
            "Niet bewezen bij de stap: %(name)s. Misschien bestaat er een betere verdeling.", name=PASSES[first.name]
        )
        if first.name in ("own_money", "rest"):
            yield _("Die is dan hoogstens %(amount)s beter.", amount=format_euros(first.gap, exact=True))
    hope = proposal.best_if_possible
    if hope is not None and hope.own_money_cents < proposal.value_of("own_money"):
        amount = format_euros(hope.own_money_cents, exact=True)
        yield _("Gaat alles door wat misschien kan? Dan is het eigen geld %(amount)s.", amount=amount)


def _sources(told: _NamedReceipt) -> Iterator[dict[str, Any]]:
    """The sources of every scheme that pays or was decided on."""
    paying = {share.offer for share in (*told.rebuilt.proposal.shares, *told.rebuilt.decided)}
    decided = {one.scheme for one in told.content.decision.outcomes} if told.content.decision is not None else set()
    for one in told.content.schemes:
        definition = told.rebuilt.region.schemes[one.name]
        if one.name not in paying | decided:
            continue
        yield {
            "scheme": localized(definition.title),
            "version": str(definition.version),
            "hash": one.content_hash,
            "sources": [
                {
                    "title": row["title"],
                    "where": ", ".join(part for part in (row["where"], row["as_of"]) if part),
                    "confidence": str(row["confidence"][0]),
                    "url": row["url"] or "",
                }
                for row in sources_of(definition)
            ],
            "assumptions": [localized(text) for text in definition.assumptions],
        }


def _how() -> Iterator[str]:
    yield _("U kunt dit bewijs als bestand bewaren. Iedereen kan het narekenen, ook zonder dit loket.")
    yield _(
        "Dat kan met de opdracht %(command)s. Wie iets verandert, verandert ook de code.",
        command="loket receipt verify",
    )


def _check(told: _NamedReceipt) -> Iterator[list[str]]:
    model = told.content.model
    yield [_("Controlecode van dit bewijs"), told.receipt.content_hash]
    yield [_("Controlecode van de rekenwijze"), model.model_hash]
    yield [_("Software"), plain(model.version)]
    yield [_("Rekenprogramma"), plain(model.solver)]


def day_of(receipt: Receipt) -> date:
    """The day of the decision, else of the computation."""
    decision = receipt.content.decision
    return local_date(made_at(receipt)) if decision is None else decision.decided_on
