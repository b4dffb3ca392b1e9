"""For which kinds of costs money was: the books know the voucher and the funding line, the award says for what it was given."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from portal.accounting.figures.columns import Items, Numbers, WordColumn, rows_of


def by_kind_of_cost(items: Items, awarded: Items) -> Items:
    """Money in the parts of the kinds of costs that it was awarded for, in cents: together they are what it was.

    `awarded` is what was awarded of each kind (the word) of vouchers on funding lines. The money of one voucher on one line is
    divided in that proportion, rounded down up to and including each kind, in the order of their names; so what was reserved
    and used up leaves nothing behind, in however many bills that went. Of a line of which nothing was awarded the money came
    from another one: there the whole award of the voucher says it. What is of no voucher stays as it is.
    """
    span = 1 + max(items.line.max(initial=0), awarded.line.max(initial=0))
    outside = items.where(items.voucher < 0)
    left = items.where(items.voucher >= 0)
    left = left.where(np.lexsort((left.day, left.line, left.voucher)))
    made = [replace(outside, extra=WordColumn(awarded.extra.names, np.zeros(len(outside), dtype=np.int64)))]
    for of_line in (True, False):
        kinds = _Kinds.of(awarded, awarded.voucher * span + awarded.line if of_line else awarded.voucher)
        wanted = left.voucher * span + left.line if of_line else left.voucher
        place = rows_of(kinds.keys, wanted)
        known = place >= 0
        made.append(kinds.divided(left.where(known), place[known], span))
        left = left.where(~known)
    unknown = WordColumn(awarded.extra.names, np.zeros(len(left), dtype=np.int64))
    return Items.joined([*made, replace(left, extra=unknown)])


@dataclass(frozen=True)
class _Kinds:
    """Of each key where its kinds of costs begin and how many there are; of each kind the cents before it, and with it."""

    keys: Numbers
    first: Numbers
    number: Numbers
    word: WordColumn
    before: Numbers
    after: Numbers
    whole: Numbers

    @classmethod
    def of(cls, awarded: Items, key: Numbers) -> _Kinds:
        names = awarded.extra.names
        in_order = np.argsort(np.argsort(np.array(names, dtype=object), kind="stable"), kind="stable")
        pairs, first, group = np.unique(
            key * len(names) + in_order[awarded.extra.places], return_index=True, return_inverse=True
        )
        cents = np.zeros(len(pairs), dtype=np.int64)
        np.add.at(cents, group, awarded.amount)
        keys, begin, number = np.unique(pairs // len(names), return_index=True, return_counts=True)
        after = np.cumsum(cents)
        after -= np.repeat(after[begin] - cents[begin], number)
        whole = np.repeat(after[begin + number - 1], number)
        return cls(keys, begin, number, WordColumn(names, awarded.extra.places[first]), after - cents, after, whole)

    def divided(self, items: Items, place: Numbers, span: int) -> Items:
        """These items, in order of voucher, line and day, in their kinds; `place` says which key each has."""
        if not len(items):
            return replace(items, extra=WordColumn(self.word.names, items.extra.places))
        _lines, begin, count = np.unique(items.voucher * span + items.line, return_index=True, return_counts=True)
        until = np.cumsum(items.amount)
        until -= np.repeat(until[begin] - items.amount[begin], count)
        number = self.number[place]
        row = np.repeat(np.arange(len(items)), number)
        kind = np.repeat(self.first[place] - np.cumsum(number) + number, number) + np.arange(len(row))
        start = (until - items.amount)[row]
        amount = self._share(until[row], kind) - self._share(start, kind)
        pieces = replace(items.where(row), extra=WordColumn(self.word.names, self.word.places[kind]))
        return pieces.with_amount(amount)

    def _share(self, cents: Numbers, kind: Numbers) -> Numbers:
        """What of these cents is for each kind; what comes back is divided as what went."""
        size, whole = np.abs(cents), self.whole[kind]
        return np.asarray(np.sign(cents) * (size * self.after[kind] // whole - size * self.before[kind] // whole))
