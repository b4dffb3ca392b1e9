"""Finding: what is found by all the words that somebody typed, of what that audience may see and nothing else.

First what has the words themselves, then what has words that begin with them, then what has words with a typing mistake less. A
fixed number of queries, however much there is. What somebody typed stands in no address, log or audit event.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, func, literal, or_, select, true, union_all
from sqlalchemy.orm import Session

from portal.cases.questions.queries import of_cases_in_sight
from portal.oversight.finding.hidden_words import forms_of, hidden, hidden_beginning
from portal.oversight.finding.models import Findable, SearchEntry, SearchTerm, SearchVariant
from portal.oversight.finding.typed_words import Token, as_one_number, nearest, number_word, tokens_of, variants
from portal.people.actor import Actor, Audience
from portal.platform.errors import Refusal
from portal.spending.invoices.models import Invoice
from portal.spending.providers.models import ProviderApproval
from portal.spending.providers.queries import provider_of
from portal.spending.vouchers.codes import parse_code
from portal.spending.vouchers.models import Redemption, Voucher

MOST_PER_KIND = 20
MOST_SIMILAR = 12
"""How many words one mistaken word may have been meant to be."""
MOST_CANDIDATES = 400
FEW = 2
"""So many words are each looked up by themselves: then the newest are read in their order from the index."""
MOST_COUNTED, MOST_LOOKED_THROUGH, MOST_BEGUN = 2_000, 5_000, 10_000
Condition = ColumnElement[bool]
ALL: Condition = true()
_LAST = chr(0x10FFFF)

SEES: Mapping[Audience, frozenset[Findable]] = {
    Audience.ADVISOR: frozenset(Findable),
    Audience.PROVIDER: frozenset({Findable.VOUCHER, Findable.INVOICE, Findable.REDEMPTION}),
    Audience.OWNER: frozenset({Findable.PROVIDER}),
    Audience.REGION: frozenset({Findable.PROVIDER}),
}
"""What an audience finds; whoever is not named finds nothing. Of these a provider finds only its own (a voucher that is kept for
it), an owner only the providers that may take vouchers of its schemes. No person is found by who does not work on cases."""


@dataclass(frozen=True)
class FoundThings:
    """The ids of what was found of each kind, the best first, and of them those that were found by a similar word."""

    ids: dict[Findable, list[int]] = field(default_factory=dict)
    similar: frozenset[tuple[Findable, int]] = frozenset()
    more: frozenset[Findable] = frozenset()
    """The kinds of which there is more than is given."""

    def of(self, kind: Findable) -> list[int]:
        """The ids of one kind."""
        return self.ids.get(kind, [])


@dataclass(frozen=True)
class _WordsWanted:
    """The words of the index that will do for one typed word: these, or all that begin with it."""

    words: tuple[str, ...]
    begins: bool = False
    longer_only: bool = False
    """Words that are only the beginning itself were found before."""

    @property
    def ways(self) -> list[Condition]:
        """The words as conditions, each of which has its own index to be read from: of people first, then the open words."""
        if not self.begins:
            forms = sorted(forms_of(self.words))
            return [SearchTerm.word == form for form in forms] if len(forms) <= FEW else [SearchTerm.word.in_(forms)]
        begun = self.words[0]
        first = SearchTerm.word > begun if self.longer_only else SearchTerm.word >= begun
        of_people = select(SearchVariant.word).where(SearchVariant.variant == hidden_beginning(begun))
        whole = [] if self.longer_only else [SearchTerm.word == hidden(begun)]
        return [*whole, SearchTerm.word.in_(of_people), first & (SearchTerm.word < begun + _LAST)]

    @property
    def clause(self) -> Condition:
        """The words as one condition, for the terms of an entry that is known."""
        return or_(*self.ways)

    def entries(self, *columns: Any, most: int) -> Any:
        """These columns of at most so many terms. Not one condition: with "or" in it PostgreSQL reads the whole table."""
        return _together([select(*columns).where(way).limit(most) for way in self.ways]).limit(most)

    def newest(self, kind: Findable, *, most: int) -> Any:
        """The ids of the newest entries of a kind that have one of the words, of each way at most so many."""
        ids = select(SearchTerm.entry_id).order_by(SearchTerm.entry_id.desc()).limit(most)
        return _together([ids.where(way, SearchTerm.kind == kind) for way in self.ways])


def _together(some: Sequence[Any]) -> Any:
    """The rows of all of these, each with its own order and limit."""
    every = [select(*one.subquery().c) for one in some]
    return select(*union_all(*every).subquery().c)


def find(session: Session, *, actor: Actor, text: str) -> FoundThings:
    """What this actor may see that is found by all words of a text; nothing for an audience that may find nothing."""
    allowed, readings = _allowed(session, actor), _readings(text)
    if not allowed or not readings:
        return FoundThings()
    found, similar, more = dict[Findable, list[int]](), set[tuple[Findable, int]](), set[Findable]()
    for stage, wanted in _stages(session, readings):
        for kind, about in session.execute(_entries(allowed, _rarest_first(session, wanted))):
            mine = found.setdefault(kind, [])
            if about in mine:
                continue
            if len(mine) == MOST_PER_KIND:
                more.add(kind)
                continue
            mine.append(about)
            if stage == "near":
                similar.add((kind, about))
    return FoundThings(found, frozenset(similar), frozenset(more))


def _stages(session: Session, readings: Sequence[Sequence[Token]]) -> Iterator[tuple[str, list[_WordsWanted]]]:
    """How the words are looked for, the surest way first. A typing mistake is looked through in the last reading only."""
    for tokens in readings:
        yield "whole", [_WordsWanted((token.word,)) for token in tokens]
        if any(token.may_begin for token in tokens):
            yield "beginning", [_WordsWanted((token.word,), token.may_begin, len(tokens) == 1) for token in tokens]
    meant = _meant(session, [token.word for token in readings[-1] if token.forgiving])
    if any(meant.values()):
        near = ((token, tuple(meant.get(token.word, ()))) for token in readings[-1])
        yield (
            "near",
            [_WordsWanted(some) if some else _WordsWanted((token.word,), token.may_begin) for token, some in near],
        )


def _allowed(session: Session, actor: Actor) -> dict[Findable, Condition]:
    """Per kind of thing that this actor may find, which of them."""
    kinds: dict[Findable, Condition] = {kind: ALL for kind in Findable if kind in SEES.get(actor.audience, ())}
    if actor.audience is Audience.PROVIDER:
        own = provider_of(session, actor=actor)
        if own is None:
            return {}
        theirs = {
            Findable.VOUCHER: select(Voucher.id).where(Voucher.reserved_provider_id == own.id),
            Findable.INVOICE: select(Invoice.id).where(Invoice.provider_id == own.id),
            Findable.REDEMPTION: select(Redemption.id).where(Redemption.provider_id == own.id),
        }
        return {kind: SearchEntry.about_id.in_(theirs[kind]) for kind in kinds}
    if actor.audience is Audience.OWNER:
        approved = select(ProviderApproval.provider_id).where(ProviderApproval.scheme.in_(actor.schemes))
        return dict.fromkeys(kinds, SearchEntry.about_id.in_(approved))
    if actor.sight is not None:
        return dict.fromkeys(kinds, of_cases_in_sight(SearchEntry.question_id, actor))
    return kinds


def _readings(text: str) -> list[list[Token]]:
    """What may have been typed: a voucher code in groups, one number with spaces in it, or, last, words and numbers."""
    ones, tokens = (_voucher_code(text), as_one_number(text)), tokens_of(text)
    return [*([one] for one in ones if one is not None), *([tokens] if tokens else [])]


def _voucher_code(text: str) -> Token | None:
    try:
        return Token(number_word(parse_code(text)), False)
    except Refusal:
        return None


def _rarest_first(session: Session, wanted: Sequence[_WordsWanted]) -> list[_WordsWanted]:
    """What is wanted, the one that fewest things have first; more than enough is not counted."""
    if len(wanted) == 1:
        return list(wanted)
    counts = [
        select(literal(place).label("place"), func.count().label("number")).select_from(
            one.entries(SearchTerm.entry_id, most=MOST_COUNTED).subquery()
        )
        for place, one in enumerate(wanted)
    ]
    numbers = {row.place: row.number for row in session.execute(union_all(*counts))}
    return [wanted[place] for place in sorted(numbers, key=lambda place: (numbers[place], place))]


def _entries(allowed: Mapping[Findable, Condition], wanted: Sequence[_WordsWanted]) -> Any:
    """Kind and id of the newest entries of each kind that have all that is wanted, one more than is shown.

    Of what very much has, some thousands are looked through, not all: of whole words the newest.
    """
    first, *others = wanted
    columns = (SearchTerm.entry_id, SearchTerm.kind)
    begun = first.entries(*columns, most=MOST_BEGUN).cte("begun") if first.begins else None
    of_each = []
    for kind, which in allowed.items():
        if begun is not None:
            looked = select(begun.c.entry_id).where(begun.c.kind == kind).distinct().subquery()
        else:
            looked = first.newest(kind, most=MOST_LOOKED_THROUGH).distinct().subquery()
        kept = select(looked.c.entry_id).order_by(looked.c.entry_id.desc()).limit(MOST_PER_KIND + 1)
        for other in others:  # one row at a time, never the whole list
            has_it = select(SearchTerm.word).where(SearchTerm.entry_id == looked.c.entry_id, other.clause).limit(1)
            kept = kept.where(has_it.correlate(looked).scalar_subquery().is_not(None))
        if which is not ALL:
            kept = kept.join(SearchEntry, SearchEntry.id == looked.c.entry_id).where(which)
        of_each.append(select(kept.subquery().c.entry_id))
    rows = select(SearchEntry.kind, SearchEntry.about_id).where(SearchEntry.id.in_(union_all(*of_each)))
    return rows.order_by(SearchEntry.id.desc())


def _meant(session: Session, words: Sequence[str]) -> dict[str, list[str]]:
    """Per word the words of the index that it may have been meant to be, without itself."""
    if not words:
        return {}
    looked = {word: forms_of(variants(word)) for word in words}
    rows = select(SearchVariant.variant, SearchVariant.word, SearchVariant.plain)
    rows = rows.where(SearchVariant.variant.in_({one for forms in looked.values() for one in forms}))
    by_variant: dict[str, set[str]] = {}
    for variant, word, plain in session.execute(rows.limit(MOST_CANDIDATES * len(words))):
        by_variant.setdefault(variant, set()).add(plain or word)
    return {
        word: nearest(word, set().union(*(by_variant.get(one, set()) for one in forms)), MOST_SIMILAR)
        for word, forms in looked.items()
    }
