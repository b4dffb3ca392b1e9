"""What those who came earlier could still lose when money is given to somebody who came later.

Pure arithmetic over claims (what an application could get at most, from which funding lines) and what the lines have left. The
most that all claims together can get is a maximal flow from claims to lines; what is taken from a line costs the earlier claims
exactly the flow that disappears. When the claims together lose nothing, no part of them (such as the very first) loses
anything either: more claims never make a euro worth less to the others.
"""

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

Node = tuple[str, ...]
_SOURCE: Node = ("source",)
_SINK: Node = ("sink",)


@dataclass(frozen=True, slots=True)
class SchemeClaim:
    """What one scheme could pay at most, in cents, and the funding lines that may pay it."""

    scheme: str
    at_most_cents: int
    funding_lines: frozenset[str]


@dataclass(frozen=True, slots=True)
class Claim:
    """What one application could get at most in all, in cents, and per scheme."""

    id: str
    at_most_cents: int
    schemes: tuple[SchemeClaim, ...] = field(default=())


def most_together(claims: Sequence[Claim], available: Mapping[str, int]) -> int:
    """The most cents that all claims together can get from what the lines have available."""
    room = _network(claims, available)
    total = 0
    while (path := _path(room)) is not None:
        step = min(room[a][b] for a, b in path)
        for a, b in path:
            room[a][b] -= step
            room[b][a] = room[b].get(a, 0) + step
        total += step
    return total


def loss_of_earlier(claims: Sequence[Claim], available: Mapping[str, int], taken: Mapping[str, int]) -> int:
    """How many cents the claims together could lose when `taken` leaves the lines; 0 when nobody loses anything.

    `available` is what the lines have before. Taking more than there is counts as taking all there is.
    """
    after = {line: max(0, cents - taken.get(line, 0)) for line, cents in available.items()}
    if _enough(claims, after):
        return 0
    return most_together(claims, available) - most_together(claims, after)


def first_that_loses(claims: Sequence[Claim], available: Mapping[str, int], taken: Mapping[str, int]) -> Claim | None:
    """The first claim, in the order given, that makes the loss; None when nobody loses anything."""
    low, high = 0, len(claims)
    if not loss_of_earlier(claims, available, taken):
        return None
    while low < high - 1:
        middle = (low + high) // 2
        if loss_of_earlier(claims[:middle], available, taken):
            high = middle
        else:
            low = middle
    return claims[high - 1]


def _enough(claims: Sequence[Claim], left: Mapping[str, int]) -> bool:
    """Whether every line could pay everything that anybody could want from it: then nobody can lose."""
    wanted: dict[str, int] = {}
    for claim in claims:
        for part in claim.schemes:
            for line in part.funding_lines:
                wanted[line] = wanted.get(line, 0) + part.at_most_cents
    return all(cents <= left.get(line, 0) for line, cents in wanted.items())


Network = dict[Node, dict[Node, int]]


def _network(claims: Sequence[Claim], available: Mapping[str, int]) -> Network:
    """Claims that may use the same lines are one node: many applications for one scheme stay a small network."""
    room: Network = {_SOURCE: {}, _SINK: {}}

    def add(start: Node, end: Node, cents: int) -> None:
        room.setdefault(start, {})
        room.setdefault(end, {}).setdefault(start, 0)
        room[start][end] = room[start].get(end, 0) + cents

    for claim in claims:
        start = _SOURCE
        if sum(part.at_most_cents for part in claim.schemes) > claim.at_most_cents:
            start = ("claim", claim.id)
            add(_SOURCE, start, claim.at_most_cents)
        for part in claim.schemes:
            lines = tuple(sorted(line for line in part.funding_lines if available.get(line, 0) > 0))
            if lines and part.at_most_cents > 0:
                add(start, ("lines", *lines), part.at_most_cents)
                for line in lines:
                    room.setdefault(("lines", *lines), {})[("line", line)] = available[line]
                    room.setdefault(("line", line), {}).setdefault(("lines", *lines), 0)
    for line, cents in sorted(available.items()):
        if ("line", line) in room:
            add(("line", line), _SINK, cents)
    return room


def _path(room: Network) -> list[tuple[Node, Node]] | None:
    """A shortest way from the claims to the money with room on every step."""
    came: dict[Node, Node] = {_SOURCE: _SOURCE}
    queue = deque([_SOURCE])
    while queue:
        here = queue.popleft()
        for there, left in room[here].items():
            if left > 0 and there not in came:
                came[there] = here
                if there == _SINK:
                    return _steps(came)
                queue.append(there)
    return None


def _steps(came: Mapping[Node, Node]) -> list[tuple[Node, Node]]:
    steps: list[tuple[Node, Node]] = []
    here = _SINK
    while here != _SOURCE:
        steps.append((came[here], here))
        here = came[here]
    return steps[::-1]
