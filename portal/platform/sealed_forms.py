"""What somebody filled in and could not send, kept sealed for the browser in which it was typed, for a short time.

The key is made of the secret of the desk and of a secret that only that browser has (a cookie): neither the database nor the desk
opens it without the browser. What is kept says for whom the page was made; who that is now is for the caller to compare.
"""

from __future__ import annotations

import enum
import hashlib
import hmac
import json
import secrets
import zlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from sqlalchemy import CheckConstraint, LargeBinary, String, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.platform.among import among
from portal.platform.database import Base, choice
from portal.platform.sealing_methods import CannotOpenSealed, opened, seal

MOST_PER_BROWSER = 12
"""So many forms and pages are kept of one browser; the oldest goes first."""
MOST_BYTES = 400_000
"""What is larger than this when it is written down is not kept."""


class SealedKind(enum.StrEnum):
    """Why something is kept."""

    TYPED = "typed"
    """A form that was not accepted, or that was left: it is filled in again when its page is opened."""
    WAITING = "waiting"
    """A form that came when nobody in particular was in any more: who enters again goes on with it."""
    SHOWN = "shown"
    """The page that answered a form: shown once, at the address the browser is sent to."""


LIVES = {
    SealedKind.TYPED: timedelta(hours=2),
    SealedKind.WAITING: timedelta(hours=24),
    SealedKind.SHOWN: timedelta(minutes=5),
}
LIFE_OF_NOBODYS = timedelta(minutes=15)
"""How long a form of somebody who is nobody in particular is kept: the next one at this browser may be somebody else."""


class SealedForm(Base):
    """One form or page, sealed. The addresses and the browser are hashes."""

    __tablename__ = "sealed_form"
    __table_args__ = (
        CheckConstraint("expires_at > created_at", name="expires_after_creation"),
        CheckConstraint("whose <> '' OR kind <> 'waiting'", name="waits_for_somebody"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    browser: Mapped[str] = mapped_column(String(64), index=True)
    kind: Mapped[SealedKind] = mapped_column(choice(SealedKind))
    page: Mapped[str] = mapped_column(String(64))
    """The address of the page on which the form stands."""
    action: Mapped[str] = mapped_column(String(64))
    """The address to which the form is sent."""
    whose: Mapped[str] = mapped_column(String(40))
    """For whom the page was made; empty for nobody in particular."""
    content: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)


@dataclass(frozen=True)
class BrowserSeal:
    """What seals and opens for one browser: the secret of the desk together with that of the browser."""

    desk: str
    browser: str

    @cached_property
    def hashed(self) -> str:
        """The browser as it is stored."""
        return self._keyed("browser")

    def address(self, path: str) -> str:
        """An address (without its query) as it is stored."""
        return self._keyed(f"address {path.partition('?')[0]}")

    def seal(self, content: dict[str, Any], bound: str) -> bytes | None:
        """The content, sealed together with what it is bound to; None when it is too large."""
        raw = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
        if len(raw) > MOST_BYTES:
            return None
        return seal(self._key, zlib.compress(raw), bound.encode())

    def open(self, sealed: bytes, bound: str) -> dict[str, Any] | None:
        """What was sealed; None when it was sealed otherwise, or bound to something else."""
        try:
            raw = zlib.decompress(opened(self._key, sealed, bound.encode()))
        except CannotOpenSealed:
            return None
        return dict(json.loads(raw.decode("utf-8", "surrogatepass")))

    @cached_property
    def _key(self) -> bytes:
        return hmac.new(self.desk.encode(), b"sealed forms:" + self.browser.encode(), hashlib.sha256).digest()

    def _keyed(self, what: str) -> str:
        return hmac.new(self._key, what.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


@dataclass(frozen=True)
class ToSeal:
    """What is to be kept, where it stands and where it is sent to, and for whom the page was made (empty: nobody)."""

    kind: SealedKind
    page: str
    action: str
    whose: str
    content: dict[str, Any]


@dataclass(frozen=True)
class OpenedForm:
    """What was kept, opened."""

    kind: SealedKind
    whose: str
    content: dict[str, Any]


def new_browser() -> str:
    """A secret for a browser (256 bits)."""
    return secrets.token_urlsafe(32)


def keep_sealed(session: Session, *, seal: BrowserSeal, what: ToSeal, now: datetime) -> bool:
    """Keep it, in the place of what was kept before of the same form; False when it is too large.

    What is past its time is cleared away in passing, a hundred at a time, and of one browser all but the newest.
    """
    page, action = seal.address(what.page), seal.address(what.action)
    content = seal.seal(what.content, _bound(what.kind, page, what.whose))
    if content is None:
        return False
    others = {SealedKind.SHOWN} if what.kind is SealedKind.SHOWN else {SealedKind.TYPED, SealedKind.WAITING}
    session.execute(
        delete(SealedForm).where(
            SealedForm.browser == seal.hashed,
            SealedForm.page == page,
            SealedForm.action == action,
            SealedForm.kind.in_(others),
        )
    )
    life = LIVES[what.kind] if what.whose else min(LIVES[what.kind], LIFE_OF_NOBODYS)
    session.add(
        SealedForm(
            browser=seal.hashed,
            kind=what.kind,
            page=page,
            action=action,
            whose=what.whose,
            content=content,
            created_at=now,
            expires_at=now + life,
        )
    )
    session.flush()
    _clear(session, seal, now)
    return True


def _clear(session: Session, seal: BrowserSeal, now: datetime) -> None:
    old = select(SealedForm.id).where(SealedForm.expires_at <= now).order_by(SealedForm.id).limit(100)
    newest = select(SealedForm.id).where(SealedForm.browser == seal.hashed).order_by(SealedForm.id.desc())
    too_many = session.scalars(newest.offset(MOST_PER_BROWSER)).all()
    gone = [*session.scalars(old), *too_many]
    if gone:
        session.execute(delete(SealedForm).where(among(SealedForm.id, gone)))


def sealed_at(session: Session, *, seal: BrowserSeal, path: str, now: datetime) -> list[OpenedForm]:
    """What this browser has at an address, the newest first: forms of that page, forms that are sent there, pages shown there."""
    place = seal.address(path)
    here = (SealedForm.page == place) | (SealedForm.action == place)
    return _opened(session, seal, now, here)


def sealed_waiting(session: Session, *, seal: BrowserSeal, whose: str, now: datetime) -> OpenedForm | None:
    """The newest form that waits in this browser for somebody who entered again."""
    waits = (SealedForm.kind == SealedKind.WAITING) & (SealedForm.whose == whose)
    return next(iter(_opened(session, seal, now, waits)), None)


def all_waiting(session: Session, *, seal: BrowserSeal, now: datetime) -> list[OpenedForm]:
    """Every form that waits in this browser, for whoever, the newest first."""
    return _opened(session, seal, now, SealedForm.kind == SealedKind.WAITING)


def _opened(session: Session, seal: BrowserSeal, now: datetime, which: Any) -> list[OpenedForm]:
    mine = select(SealedForm).where(SealedForm.browser == seal.hashed, SealedForm.expires_at > now, which)
    found = []
    for row in session.scalars(mine.order_by(SealedForm.id.desc())):
        content = seal.open(row.content, _bound(row.kind, row.page, row.whose))
        if content is not None:
            found.append(OpenedForm(row.kind, row.whose, content))
    return found


def _bound(kind: SealedKind, page: str, whose: str) -> str:
    return f"{kind.value} {page} {whose}"


def forget_shown(session: Session, *, seal: BrowserSeal, path: str) -> None:
    """A page that was shown is not shown again."""
    session.execute(
        delete(SealedForm).where(
            SealedForm.browser == seal.hashed,
            SealedForm.page == seal.address(path),
            SealedForm.kind == SealedKind.SHOWN,
        )
    )


def forget_sent(session: Session, *, seal: BrowserSeal, path: str, whose: str) -> bool:
    """A form that is sent to this address was accepted: nothing of it is kept. Whether the browser still has other forms."""
    session.execute(
        delete(SealedForm).where(
            SealedForm.browser == seal.hashed, SealedForm.action == seal.address(path), SealedForm.whose == whose
        )
    )
    return session.scalar(select(SealedForm.id).where(SealedForm.browser == seal.hashed).limit(1)) is not None
