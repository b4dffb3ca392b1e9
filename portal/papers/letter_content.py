"""Making a letter: one text gives the page and the PDF, Dutch with a plain summary first, and the same in English below.

A message without a text of its own under ``templates/letters`` takes the text of its mail. A region puts its own text of a letter
in ``<region>/texts/letters`` of the catalogue, a scheme has its own as ``<letter>.<scheme>.txt``; the most particular counts.

Every letter is PDF/A-2a and PDF/UA-1: typst refuses to make a file that breaks those, and the tests put each through pdfua, which
covers 16 of the 106 machine-checkable rules of PDF/UA-1 (Matterhorn protocol): title, language, tags, headings, tables, lists,
alternative texts, fonts and the reading order of tabs. The rest is for a full checker (veraPDF, PAC) and a human reader.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import date, datetime, time
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import ChoiceLoader, FileSystemLoader, StrictUndefined, Template
from jinja2.sandbox import SandboxedEnvironment
from sqlalchemy.orm import Session

from portal.cases.questions.models import DevelopmentQuestion
from portal.cases.questions.queries import asker_audience
from portal.cases.rights.restricted import require_may_leave
from portal.framework.catalogue.queries import has_region, region
from portal.papers.correspondence import NoRecipient, addressee_of, context_of, desk_of, question_of
from portal.papers.letter_subjects import subject_of
from portal.papers.on_paper import (
    CODE_NOT_SHOWN,
    kept_of_secret,
    open_way_in_on_paper,
    printed_secret,
    way_in_on_paper,
)
from portal.papers.stationery import Stationery
from portal.paying.collecting.queries import PAYMENT_WEEKS, REMINDER_WEEKS
from portal.people.actor import Actor
from portal.platform.clock import AMSTERDAM
from portal.platform.config import TEMPLATES
from portal.platform.documents import blocks_of, pdf, row, said
from portal.platform.i18n import FILTERS, format_date, gettext, localized, ngettext, use_locale
from portal.platform.i18n import gettext as _
from portal.platform.legal_calendar import term_of_weeks
from portal.post.letters.actions import DrawnLetter, keep_letter
from portal.post.letters.models import Letter, PrintBatch
from portal.post.letters.queries import last_day_to_object, letter_of, message_of_letter, posted_on
from portal.post.messages.models import MessageKind, OutboxMessage
from portal.post.outages.queries import last_day_to_send

DUTCH, ENGLISH = "nl", "en"
PLAIN = Stationery()
NEW_LINK_PAGE = "/nieuwe-link"
"""Where who asked something gets a link to the own page, by mail or by post."""


@dataclass(frozen=True)
class LetterContent:
    """Everything in a letter, as plain data. The page and the PDF show the same."""

    title: str
    language: str
    author: str
    footer: str
    sender: list[str]
    to: list[str]
    about: list[list[str]]
    summary: list[dict[str, Any]]
    blocks: list[dict[str, Any]]
    english: list[dict[str, Any]]
    words: dict[str, str]
    watermark: str = ""
    dated: date = field(default=date.min)
    object_by: date | None = None

    def as_dict(self) -> dict[str, Any]:
        """As JSON, the days as text."""
        plain = asdict(self)
        return plain | {
            "dated": self.dated.isoformat(),
            "object_by": self.object_by.isoformat() if self.object_by is not None else None,
        }


@dataclass(frozen=True)
class Pile:
    """Letters that are printed together, and the secret of the desk, of which the links in them are made."""

    batch: PrintBatch
    key: str


def letter_content(
    session: Session,
    *,
    message: OutboxMessage,
    dated: date,
    now: datetime,
    stationery: Stationery = PLAIN,
    preview: bool = False,
) -> LetterContent:
    """The letter of a message as it is when it is dated this day. Raises `NoRecipient` when there is no address for it.

    A preview says that it is one.
    """
    question = question_of(session, message)
    to = _address(session, message, question, now)
    link = None if preview else way_in_on_paper(message)
    subject = subject_of(session, message, question, preview)
    object_by = last_day_to_send(session, last_day=last_day_to_object(dated)) if subject.objectable else None
    extra = subject.context | {"object_by": object_by, "dated": dated, "letter": True} | days_to_pay(dated)
    extra |= {"account": stationery.account, "iban": stationery.spaced_iban, "code": CODE_NOT_SHOWN}
    template = _template(message.template, subject.schemes, stationery.texts)
    with use_locale(DUTCH):
        context = context_of(session, message, question, link) | extra
        drawn = _drawn(template, context)
        desk, when = desk_of(session), format_date(dated)
        about = [[_("Datum"), when]]
        if question is not None and question.reference_number:
            about.append([_("Ons kenmerk"), question.reference_number])
        if (
            question is not None
            and stationery.address
            and link is None
            and asker_audience(question) == message.recipient
        ):
            where = f"{stationery.address.partition('://')[2]}{NEW_LINK_PAGE}"
            about.append([_("Uw eigen pagina"), _("vraag een link op %(where)s", where=where)])
        about += subject.about
        words = {"summary": _("In het kort"), "english": "In English"}
        sender = [desk["name"], *(str(desk[key]) for key in ("address", "phone", "hours") if desk[key])]
        watermark = _("Voorbeeld. Deze brief is nog niet verstuurd.") if preview else ""
        author = localized(region(session).name) if has_region(session) else desk["name"]
    with use_locale(ENGLISH):
        english = _drawn(template, context_of(session, message, question, link) | extra)
    explained = english.summary or english.blocks
    return LetterContent(
        title=drawn.title,
        language=DUTCH,
        author=author,
        footer=desk["name"],
        sender=sender,
        to=to,
        about=about,
        summary=drawn.summary,
        blocks=drawn.blocks,
        words=words,
        watermark=watermark,
        dated=dated,
        object_by=object_by,
        english=[{"kind": "heading", "text": english.title}, *explained, *english.objection],
    )


def days_to_pay(dated: date) -> dict[str, date]:
    """The last day to pay what a letter of this day claims (Awb 4:87), and what it summons to pay (Awb 4:112)."""
    return {"pay_by": term_of_weeks(dated, PAYMENT_WEEKS), "summoned_by": term_of_weeks(dated, REMINDER_WEEKS)}


def draw(content: LetterContent) -> bytes:
    """The letter as a PDF. Equal content gives equal bytes: the time in the file is noon of the day of the letter."""
    return _file(content.as_dict(), content.dated)


def _file(content: dict[str, Any], dated: date) -> bytes:
    return pdf("letter", content, made_at=datetime.combine(dated, time(12), tzinfo=AMSTERDAM))


def for_the_printer(session: Session, *, letter: Letter, key: str) -> bytes:
    """The file of a letter for paper. A link or code for its reader stands in it until it is posted, and is kept nowhere.

    `key` is the secret of the desk, with which the letter was made.
    """
    message = message_of_letter(session, letter=letter)
    kept = kept_of_secret(message)
    if kept is None or posted_on(session, letter=letter) is not None:
        return letter.pdf
    return _file(_said_otherwise(letter.content, kept, printed_secret(message, key)), letter.dated)


def _said_otherwise(content: Any, was: str, becomes: str) -> Any:
    """The same plain data with something else in its texts."""
    if isinstance(content, dict):
        return {name: _said_otherwise(value, was, becomes) for name, value in content.items()}
    if isinstance(content, list):
        return [_said_otherwise(value, was, becomes) for value in content]
    return content.replace(was, becomes) if isinstance(content, str) else content


def ensure_letter(
    session: Session,
    *,
    message: OutboxMessage,
    dated: date,
    actor: Actor,
    now: datetime,
    stationery: Stationery = PLAIN,
    pile: Pile | None = None,
) -> Letter:
    """The letter of a message, made and kept when it is not there yet. Raises `NoRecipient`, and ``OnHold`` for
    one about a case that is restricted.

    A link that lets in works from here on when the letter is made for a pile, and stands only in the file `for_the_printer`.
    """
    known = letter_of(session, message=message)
    if known is not None:
        return known
    require_may_leave(session, message=message)
    content = letter_content(session, message=message, dated=dated, now=now, stationery=stationery)
    drawn = DrawnLetter(content.title, content.as_dict(), draw(content), dated, content.object_by)
    batch = pile.batch if pile is not None else None
    made = keep_letter(session, message=message, drawn=drawn, actor_id=actor.reference, now=now, batch=batch)
    if pile is not None:
        open_way_in_on_paper(session, message=message, key=pile.key, now=now)
    return made


def _address(
    session: Session, message: OutboxMessage, question: DevelopmentQuestion | None, now: datetime
) -> list[str]:
    """The lines of the address. A letter that goes by e-mail needs none."""
    try:
        to = addressee_of(session, message, question, now)
    except NoRecipient:
        if message.kind is MessageKind.LETTER:
            raise
        return []
    return list(to.postal) or [to.name]


# The text --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Drawn:
    title: str
    summary: list[dict[str, Any]]
    blocks: list[dict[str, Any]]
    objection: list[dict[str, Any]]


def _drawn(template: Template, context: dict[str, Any]) -> _Drawn:
    made = template.new_context(context)

    def text(*names: str) -> str:
        return next(("".join(template.blocks[name](made)) for name in names if name in template.blocks), "")

    return _Drawn(
        " ".join(text("title", "subject").split()),
        blocks_of(text("summary")),
        blocks_of(text("body")),
        blocks_of(text("objection")),
    )


def _template(name: str, of_schemes: tuple[str, ...], texts: Path | None) -> Template:
    """The most particular text of a letter: of the scheme, else in general, each first of the region; else that of the mail."""
    own = f"letters/{name}.{of_schemes[0]}.txt" if len(of_schemes) == 1 else None
    wanted = [own, f"letters/{name}.txt"] if own else [f"letters/{name}.txt"]
    found: Template = _environment(texts).select_template([*wanted, f"messages/{name}.txt"])
    return found


@lru_cache(maxsize=8)
def _environment(texts: Path | None) -> SandboxedEnvironment:
    loaders = [FileSystemLoader(texts / "texts")] if texts is not None else []
    environment = SandboxedEnvironment(
        loader=ChoiceLoader([*loaders, FileSystemLoader(TEMPLATES)]),
        undefined=StrictUndefined,
        autoescape=False,  # plain text; the page and the PDF escape
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_callables(gettext, ngettext, newstyle=False)  # type: ignore[attr-defined]
    environment.policies["ext.i18n.trimmed"] = True
    environment.filters.update(FILTERS | {"said": said})
    environment.globals["row"] = row
    return environment
