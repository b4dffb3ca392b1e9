"""Mail and SMS by NotifyNL (the service of the Dutch government, with the interface of GOV.UK Notify, version 2 of its REST API).

The template of mail has two places, ((subject)) and ((body)), that of SMS one, ((body)). The reference is the
number of the message, so that what comes back is known. Files do not go along; what stands in them stands in the text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import parseaddr, parsedate_to_datetime
from http.client import HTTPException
from typing import Any

from portal.platform import outbound
from portal.platform.outbound import NotPublic
from portal.platform.signed_claims import signed_claims

BAD_ADDRESS = "5.1.3"
"""What stands in for a code of a mail server (RFC 3463) when the address is none."""
STATUSES = {"permanent-failure": "5.1.1", "temporary-failure": "4.4.7", "technical-failure": "4.3.0"}
"""What the service says of a mail that did not arrive, as a code of a mail server."""
_KEY = re.compile(r".*?([0-9a-f-]{36})-([0-9a-f-]{36})")


class NotifyTrouble(OSError):
    """The service did not take a mail now; it is tried again. `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class AddressRefused(OSError):
    """The service takes nothing for this address, now or later. `status` is a code as a mail server gives it."""

    def __init__(self, status: str) -> None:
        super().__init__(status)
        self.status = status


@dataclass(frozen=True)
class FailedMail:
    """A mail or SMS that did not arrive: its reference, a code, and to whom it went."""

    reference: str
    status: str
    to: str


@dataclass(frozen=True)
class ShortMessage:
    """A short message that is ready to leave: to which number (E.164), its words, and the number of its message."""

    to: str
    words: str
    reference: str
    at: datetime


@dataclass(frozen=True)
class Notify:
    """Where the service is, the key of this desk, and its templates of mail and of SMS; an empty one is not used."""

    url: str
    key: str
    template: str = ""
    sms_template: str = ""

    def deliver(self, mail: EmailMessage) -> None:
        """Hand a mail over. Raises `AddressRefused`, or `NotifyTrouble` for what may pass."""
        text = mail.get_body(("plain",))
        sent = {
            "email_address": parseaddr(str(mail["To"]))[1],
            "template_id": self.template,
            "reference": str(mail["Message-ID"]).strip("<>").partition("@")[0],
            "personalisation": {
                "subject": str(mail["Subject"]),
                "body": text.get_content() if text is not None else "",
            },
        }
        at = parsedate_to_datetime(str(mail["Date"]))
        status, told = self._asked("/v2/notifications/email", at, json.dumps(sent).encode())
        _require_taken(status, told, "email_address")

    def text(self, message: ShortMessage) -> None:
        """Hand a short message over. Raises as `deliver`."""
        sent = {
            "phone_number": message.to,
            "template_id": self.sms_template,
            "reference": message.reference,
            "personalisation": {"body": message.words},
        }
        status, told = self._asked("/v2/notifications/sms", message.at, json.dumps(sent).encode())
        _require_taken(status, told, "phone_number")

    def failed(self, at: datetime) -> Iterator[FailedMail]:
        """The newest mails and short messages that did not arrive, asked at this moment. Raises `NotifyTrouble`."""
        for kind, template in (("email", self.template), ("sms", self.sms_template)):
            if template:
                yield from self._failed(kind, at)

    def _failed(self, kind: str, at: datetime) -> Iterator[FailedMail]:
        chosen = "&".join(f"status={status}" for status in STATUSES)
        status, told = self._asked(f"/v2/notifications?template_type={kind}&{chosen}", at)
        if status != 200:
            raise NotifyTrouble(f"notify_{status}")
        for one in told.get("notifications", []):
            if isinstance(one, dict) and one.get("reference") and one.get("status") in STATUSES:
                to = str(one.get("email_address") or one.get("phone_number") or "").lower()
                yield FailedMail(str(one["reference"]), STATUSES[one["status"]], to)

    def _asked(self, path: str, at: datetime, body: bytes | None = None) -> tuple[int, dict[str, Any]]:
        headers: Mapping[str, str] = {"Authorization": f"Bearer {self._token(at)}", "Content-Type": "application/json"}
        url = self.url.rstrip("/") + path
        try:
            status, raw = outbound.get_public(url, headers) if body is None else outbound.ask_public(url, body, headers)
        except NotPublic as error:
            raise NotifyTrouble(error.code) from None
        except HTTPException as error:
            raise NotifyTrouble(type(error).__name__) from None
        try:
            told = json.loads(raw)
        except (ValueError, RecursionError):
            told = {}
        return status, told if isinstance(told, dict) else {}

    def _token(self, at: datetime) -> str:
        """Who asks and when, signed with the secret in the key (JWT, HS256)."""
        parts = _KEY.fullmatch(self.key)
        if parts is None:
            raise NotifyTrouble("notify_key")
        return signed_claims({"iss": parts[1], "iat": int(at.timestamp())}, secret=parts[2])


def _require_taken(status: int, told: dict[str, Any], address: str) -> None:
    if status == 400 and any(address in str(one.get("message", "")) for one in _errors(told)):
        raise AddressRefused(BAD_ADDRESS)
    if status != 201:
        raise NotifyTrouble(f"notify_{status}")


def _errors(told: dict[str, Any]) -> list[dict[str, Any]]:
    found = told.get("errors", [])
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
