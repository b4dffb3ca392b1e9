"""Finding: what is found by all the words that somebody typed, of what that audience may see and nothing else.

First what has the words themselves, then what has words that begin with them, then what has words with a typing mistake less. A
fixed number of queries, however much there is. What somebody typed stands in no address, log or audit event.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, false, func, or_, select, true
from sqlalchemy.orm import Session

from portal.oversight.finding.models import Findable, SearchEntry, SearchTerm, SearchVariant
from portal.oversight.finding.typed_words import Token, as_one_number, nearest, number_word, tokens_of, variants
from portal.people.actor import Actor, Audience
from portal.platform.errors import Refusal
from portal.spending.invoices.models import Invoice
from portal.spending.providers.models import ProviderApproval
from portal.spending.providers.queries import provider_of
from portal.spending.vouchers.codes import parse_code
from portal.spending.vouchers.models import Redemption

MOST_PER_KIND = 20
MOST_SIMILAR = 12
"""How many words one mistaken word may have been meant to be."""
MOST_CANDIDATES = 400
_LAST = chr(0x10FFFF)

SEES: Mapping[Audience, frozenset[Findable]] = {
    Audience.ADVISOR: frozenset(Findable),
    Audience.PROVIDER: frozenset({Findable.INVOICE, Findable.REDEMPTION}),
    Audience.OWNER: frozenset({Findable.PROVIDER}),
    Audience.REGION: frozenset({Findable.PROVIDER}),
}
"""What an audience finds; whoever is not named finds nothing. Of these a provider finds only its own, an owner only the providers
that may take vouchers of its schemes. No person is found by who does not work on cases."""


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


def find(session: Session, *, actor: Actor, text: str) -> FoundThings:
    """What this actor may see that is found by all words of a text; nothing for an audience that may find nothing."""
    allowed = _allowed(session, actor)
    readings = _readings(text)
    if allowed is None or not readings:
        return FoundThings()
    found, similar, more = dict[Findable, list[int]](), set[tuple[Findable, int]](), set[Findable]()
    for tokens, near in [(tokens, False) for tokens in readings] + [(tokens, True) for tokens in readings[-1:]]:
        stages = [_near(session, tokens)] if near else [_whole(tokens), _beginning(tokens)]
        for conditions in stages:
            if conditions is None:
                continue
            for kind, about in session.execute(_entries(allowed, conditions)):
                mine = found.setdefault(kind, [])
                if about in mine:
                    continue
                if len(mine) == MOST_PER_KIND:
                    more.add(kind)
                    continue
                mine.append(about)
                if near:
                    similar.add((kind, about))
    return FoundThings(found, frozenset(similar), frozenset(more))


def _allowed(session: Session, actor: Actor) -> ColumnElement[bool] | None:
    """The entries that this actor may find; None when there are none."""
    kinds = SEES.get(actor.audience, frozenset())
    if not kinds:
        return None
    among: ColumnElement[bool] = true() if len(kinds) == len(Findable) else SearchEntry.kind.in_(sorted(kinds))
    if actor.audience is Audience.PROVIDER:
        own = provider_of(session, actor=actor)
        if own is None:
            return None
        return or_(
            *(
                (SearchEntry.kind == kind)
                & SearchEntry.about_id.in_(select(model.id).where(model.provider_id == own.id))
                for kind, model in ((Findable.INVOICE, Invoice), (Findable.REDEMPTION, Redemption))
            ),
            false(),
        )
    if actor.audience is Audience.OWNER:
        approved = select(ProviderApproval.provider_id).where(ProviderApproval.scheme.in_(actor.schemes))
        return among & SearchEntry.about_id.in_(approved)
    return among


def _readings(text: str) -> list[list[Token]]:
    """What may have been typed: a voucher code in groups, one number with spaces in it, or words and numbers."""
    if (code := _voucher_code(text)) is not None:
        return [[code]]
    one, tokens = as_one_number(text), tokens_of(text)
    return [*([[one]] if one is not None else []), *([tokens] if tokens else [])]


def _voucher_code(text: str) -> Token | None:
    try:
        return Token(number_word(parse_code(text)), False)
    except Refusal:
        return None


def _entries(allowed: ColumnElement[bool], conditions: Sequence[ColumnElement[bool]]) -> Any:
    """Kind and id of the newest entries that have a word for each condition, some more than are shown of each kind."""
    with_all = [SearchEntry.id.in_(select(SearchTerm.entry_id).where(condition)) for condition in conditions]
    place = func.row_number().over(partition_by=SearchEntry.kind, order_by=SearchEntry.id.desc())
    rows = select(SearchEntry.kind, SearchEntry.about_id, place.label("place")).where(allowed, *with_all).subquery()
    return select(rows.c.kind, rows.c.about_id).where(rows.c.place <= MOST_PER_KIND + 1).order_by(rows.c.place)


def _whole(tokens: Sequence[Token]) -> list[ColumnElement[bool]]:
    return [SearchTerm.word == token.word for token in tokens]


def _beginning(tokens: Sequence[Token]) -> list[ColumnElement[bool]] | None:
    """None when no word is long enough to be the beginning of another."""
    if not any(token.may_begin for token in tokens):
        return None
    return [_begins(token) for token in tokens]


def _begins(token: Token) -> ColumnElement[bool]:
    if not token.may_begin:
        return SearchTerm.word == token.word
    return (SearchTerm.word >= token.word) & (SearchTerm.word < token.word + _LAST)


def _near(session: Session, tokens: Sequence[Token]) -> list[ColumnElement[bool]] | None:
    """Each word as it begins, or as it may have been meant; None when nothing that was typed looks like a word of the index."""
    meant = _meant(session, [token.word for token in tokens if token.forgiving])
    if not any(meant.values()):
        return None
    found: list[ColumnElement[bool]] = []
    for token in tokens:
        others = meant.get(token.word, [])
        found.append(or_(_begins(token), SearchTerm.word.in_(others)) if others else _begins(token))
    return found


def _meant(session: Session, words: Sequence[str]) -> dict[str, list[str]]:
    """Per word the words of the index that it may have been meant to be, without itself."""
    if not words:
        return {}
    looked = {one for word in words for one in variants(word)}
    rows = select(SearchVariant.variant, SearchVariant.word).where(SearchVariant.variant.in_(looked))
    by_variant: dict[str, set[str]] = {}
    for variant, word in session.execute(rows.limit(MOST_CANDIDATES * len(words))):
        by_variant.setdefault(variant, set()).add(word)
    return {
        word: nearest(word, set().union(*(by_variant.get(one, set()) for one in variants(word))), MOST_SIMILAR)
        for word in words
    }
