"""The browser's session, kept in the database. The cookie holds 256 random bits; the database holds their hash.

A session is written when something is put into it, so a reader without forms leaves no row. Entering as somebody (or leaving)
happens inside the unit of work of the view; the new cookie is only set when that was committed.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any, cast

from flask import Flask, Request, Response, current_app, g
from flask import session as flask_session
from flask.sessions import SessionInterface, SessionMixin
from sqlalchemy import Engine
from sqlalchemy.orm import Session
from werkzeug.datastructures import CallbackDict

from portal.cases.employers.queries import as_employer
from portal.cases.teams.queries import within_teams
from portal.people.accounts.models import AccessLink, Account, EmployerLink, EndOfSession, SignInLink, WayIn
from portal.people.accounts.queries import account_by_id, secret_hash, session_by_secret, why_session_ended
from portal.people.actor import Actor, Audience
from portal.people.sessions import Entrant, close_session, copy_session, keep_session, open_session
from portal.platform.clock import now
from portal.platform.database import current_session, unit_of_work
from portal.platform.errors import Busy, StorageFull

LANGUAGE_COOKIE = "taal"
TOUCH_AFTER = timedelta(seconds=60)
LEFT = ""
"""What `g.entered` holds when the person signed out."""
_SECRET = re.compile(r"[A-Za-z0-9_-]{43}")
NOBODYS = ("/static/", "/thema.css", "/healthz", "/readyz", "/api/", "/metrics")
"""Addresses without a session: what needs no database, and the interface, where a program shows its token."""
_UNCHANGED_ON_ENTRY = ("_flashes", "new_codes")


class DeskSession(CallbackDict[str, Any], SessionMixin):
    """The session of one request: a dict, who it belongs to, and what the database knows about it."""

    def __init__(self, data: dict[str, Any], *, secret: str | None = None, actor: Actor | None = None) -> None:
        super().__init__(data, lambda changed: setattr(changed, "modified", True))
        self.secret = secret
        self.cookie = secret
        """What the browser sent, when it was worth something."""
        self.actor = actor or Actor.anonymous()
        self.seen_at: datetime | None = None
        self.idle: timedelta | None = None
        """How long this session may do nothing."""
        self.ends_at: datetime | None = None
        """When it is over, whatever is done."""
        self.pending: int | None = None
        """The account whose first step was taken here, and whose second was not."""
        self.proved_at: datetime | None = None
        """When it was last proved here who this is."""
        self.modified = False
        self.lost = False
        """The browser sent a cookie, but that session is over."""
        self.ended: EndOfSession | None = None
        """Why that session is over."""
        self.told_over = False
        """This page, or the one it sends on to, says that the session is over. The cookie stays until another page is shown: the
        next tab says it too."""
        self.sent: str | None = None
        """What that cookie was."""
        self.trouble: Exception | None = None

    @property
    def hashed(self) -> str | None:
        """The hash of the session id; None while there is no row."""
        return secret_hash(self.secret) if self.secret else None


class DatabaseSessions(SessionInterface):
    """Reads the session before a request and writes it after."""

    def __init__(self, engine: Engine, *, secure: bool) -> None:
        self.engine = engine
        self.secure = secure
        self.cookie = "__Host-loket" if secure else "loket"

    def open_session(self, app: Flask, request: Request) -> DeskSession:
        secret = request.cookies.get(self.cookie, "")
        if not secret or request.path.startswith(NOBODYS):
            return DeskSession({})
        if not _SECRET.fullmatch(secret):
            return _lost(EndOfSession.LONG)
        try:
            return unit_of_work(self.engine, lambda db: _load(db, secret), read_only=True)
        except Busy as error:
            found = _lost(None, sent=secret)
            found.trouble = error
            return found

    def store(self, session: DeskSession) -> None:
        """Write what changed, in a short transaction of its own. Raises `Busy` or `StorageFull`."""
        at = now()
        if session.modified:
            data = dict(session)
            session.secret = unit_of_work(self.engine, lambda db: _write(db, session, data, at))
            session.modified = False
            session.seen_at = at
        elif session.hashed and session.seen_at and at - session.seen_at > TOUCH_AFTER:
            hashed = session.hashed
            unit_of_work(self.engine, lambda db: keep_session(db, hashed=hashed, now=at))
            session.seen_at = at

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        desk_session = cast(DeskSession, session)
        try:
            self.store(desk_session)
        except (Busy, StorageFull):
            app.logger.warning("session_not_stored")
        if desk_session.secret != desk_session.cookie:
            self._send_cookie(desk_session, response)
        elif (
            desk_session.lost
            and not desk_session.told_over
            and desk_session.trouble is None
            and not desk_session.secret
        ):
            response.delete_cookie(self.cookie, secure=self.secure, httponly=True, samesite="Lax")

    def _send_cookie(self, session: DeskSession, response: Response) -> None:
        flags: dict[str, Any] = {"secure": self.secure, "httponly": True, "samesite": "Lax", "path": "/"}
        if session.secret:
            response.set_cookie(self.cookie, session.secret, **flags)
        else:
            response.delete_cookie(self.cookie, **flags)
        response.vary.add("Cookie")


def _lost(ended: EndOfSession | None, *, sent: str | None = None) -> DeskSession:
    found = DeskSession({})
    found.lost, found.ended, found.sent = True, ended, sent
    return found


def _load(db: Session, secret: str) -> DeskSession:
    known = session_by_secret(db, secret=secret, now=now())
    if known is None:
        return _lost(why_session_ended(db, secret=secret, now=now()), sent=secret)
    found = DeskSession(known.data, secret=secret, actor=within_teams(db, as_employer(db, known.actor)))
    found.seen_at, found.idle, found.ends_at = known.last_seen_at, known.idle, known.ends_at
    found.pending, found.proved_at = known.pending_account_id, known.proved_at
    return found


def _write(db: Session, session: DeskSession, data: dict[str, Any], at: datetime) -> str:
    if session.secret and session.hashed and keep_session(db, hashed=session.hashed, now=at, data=data):
        return session.secret
    return open_session(db, now=at, data=data)


def this_session() -> DeskSession:
    """The session of this request."""
    return cast(DeskSession, flask_session._get_current_object())  # type: ignore[attr-defined]


def session_ends_at() -> datetime | None:
    """When this session is over when nothing more is done in it; None when nobody in particular is in."""
    session, at = this_session(), now()
    if session.actor.audience is Audience.ANYONE or session.seen_at is None or session.idle is None:
        return None
    seen_at = at if at - session.seen_at > TOUCH_AFTER else session.seen_at
    return min(seen_at + session.idle, session.ends_at or seen_at + session.idle)


# Entering and leaving: called by views, inside their unit of work -------------------------------------------------------


def enter_account(account: Account, *, link: SignInLink | None = None, way_in: WayIn | None = None) -> None:
    """Sign the browser in as this account: a new session id, in the transaction of the view.

    `link` or `way_in` says how; without, it is the account of this session, which came in before, or took the first step.
    """
    proved = link is not None or way_in is not None or this_session().pending == account.id
    if link is not None:
        who = Entrant(account=account, way_in=WayIn.SIGN_IN_LINK, sign_in_link_id=link.id, proved=proved)
    else:
        who = Entrant(account=account, way_in=way_in, proved=proved)
    g.entered = open_session(current_session(), now=now(), who=who, replaces=this_session().hashed)


def begin_entering(account: Account, *, link: SignInLink | None = None, way_in: WayIn | None = None) -> None:
    """The first step of this account was taken in this browser: a new session id, for somebody who is nobody yet."""
    who = Entrant(
        pending=account,
        way_in=way_in if link is None else WayIn.SIGN_IN_LINK,
        sign_in_link_id=link.id if link is not None else None,
    )
    g.entered = open_session(current_session(), now=now(), who=who, replaces=this_session().hashed)


def enter_question(*, question_id: int, audience: Audience, access_link: AccessLink | None = None) -> None:
    """Let the browser in as resident or employer of one question: a new session id, in the transaction of the view.

    An employer that is in for all that it asked stays in for that, when it begins a question.
    """
    begins = access_link is None and audience is Audience.EMPLOYER
    g.entered = open_session(
        current_session(),
        now=now(),
        who=Entrant(
            question_id=question_id,
            audience=audience,
            access_link=access_link,
            way_in=WayIn.DRAFT if access_link is None else WayIn.ACCESS_LINK,
            still_employer=begins and bool(this_session().actor.employer_email),
        ),
        replaces=this_session().hashed,
    )


def enter_employer(link: EmployerLink) -> None:
    """Let the browser in as the employer that an address speaks for: a new session id, in the transaction of the view."""
    who = Entrant(way_in=WayIn.EMPLOYER_LINK, employer_link_id=link.id)
    g.entered = open_session(current_session(), now=now(), who=who, replaces=this_session().hashed)


def enter_helping(*, question_id: int, audience: Audience) -> None:
    """Let an account fill in this draft for its person: a new session id, in the transaction of the view."""
    g.entered = open_session(
        current_session(),
        now=now(),
        who=Entrant(account=_own_account(), question_id=question_id, audience=audience),
        replaces=this_session().hashed,
    )


def leave_question() -> None:
    """Leave the question that is open here: who helped goes on as the account, an employer at its desk, others are signed out."""
    actor = this_session().actor
    if actor.is_helping:
        enter_account(_own_account())
    elif actor.employer_email:
        who = Entrant(still_employer=True)
        g.entered = open_session(current_session(), now=now(), who=who, replaces=this_session().hashed)
    else:
        leave()


def _own_account() -> Account:
    account = account_by_id(current_session(), account_id=this_session().actor.account_id or 0)
    assert account is not None, "who helps has an account"
    return account


def enter_again(hashed: str) -> None:
    """Give the browser the session its first click got; nothing when that one is gone."""
    secret = copy_session(current_session(), hashed=hashed, replaces=None, now=now())
    if secret is not None:
        g.entered = secret


def leave() -> None:
    """Sign the browser out."""
    hashed = this_session().hashed
    if hashed is not None:
        close_session(current_session(), hashed=hashed)
    g.entered = LEFT


def adopt_entered() -> None:
    """After the commit: make the session that the view entered (or left) the session of this browser."""
    entered: str | None = g.pop("entered", None)
    if entered is None:
        return
    session = this_session()
    kept = {key: session[key] for key in _UNCHANGED_ON_ENTRY if key in session}
    session.clear()
    session.update(kept)
    session.modified = bool(kept)
    session.secret = entered or None
    session.lost = False
    session.seen_at = now() if entered else None
    g.pop("csrf_token", None)


def store_session() -> None:
    """Write this request's session now. Raises `Busy` or `StorageFull`."""
    cast(DatabaseSessions, current_app.session_interface).store(this_session())
