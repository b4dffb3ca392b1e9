"""The services by which people sign in or identify themselves, as a file says them: that of a municipality, or a broker.

A service says who somebody is; what that is worth here stands in the file: which claim gives which role in which organisation,
and which word of the service stands for which level of assurance. What is not said is refused.
"""

from __future__ import annotations

import enum
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from portal.platform.config import is_loopback
from portal.platform.errors import BadSettings


class Level(enum.StrEnum):
    """How sure it is who somebody is, in the words of eIDAS; `NONE` is somebody with a link from a mail."""

    NONE = "none"
    LOW = "low"
    SUBSTANTIAL = "substantial"
    HIGH = "high"

    @property
    def rank(self) -> int:
        """Higher is surer."""
        return list(Level).index(self)


class _Said(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class RoleRule(_Said):
    """Who has this value in this claim has this role, in this organisation (its short name)."""

    claim: str = Field(min_length=1)
    value: str = Field(min_length=1)
    role: str
    organisation: str | None = None


class IdentityService(_Said):
    """One service that speaks OpenID Connect."""

    name: str = Field(pattern=r"^[a-z][a-z0-9-]{0,38}$")
    title_nl: str
    title_en: str
    audience: Literal["staff", "resident", "employer"]
    issuer: str
    client_id: str
    client_secret_env: str = ""
    """The environment variable with the secret of this desk at the service; empty: none, PKCE alone."""
    scopes: tuple[str, ...] = ("openid",)
    acr_values: str = ""
    """What is asked of the service, in its words, when no act says which level it needs."""
    email_claim: str = "email"
    trusts_email: bool = False
    """Whether the service made sure of every address, and does not say so of each."""
    name_claim: str = "name"
    roles: tuple[RoleRule, ...] = ()
    two_steps_claim: str = "amr"
    two_steps: tuple[str, ...] = ()
    """The words in that claim that say that somebody took two steps there; otherwise the second is taken here."""
    level_claim: str = "acr"
    levels: Mapping[str, Level] = Field(default_factory=dict)
    """Per word of the service the level it stands for."""

    @field_validator("issuer")
    @classmethod
    def _safe(cls, issuer: str) -> str:
        if not safe_address(issuer):
            raise ValueError("must start with https://")
        return issuer.rstrip("/")

    def title(self, locale: str) -> str:
        """What its button says."""
        return self.title_en if locale == "en" else self.title_nl

    @property
    def secret(self) -> str | None:
        """The secret of this desk at the service."""
        return os.environ.get(self.client_secret_env) if self.client_secret_env else None

    def role_of(self, claims: Mapping[str, Any]) -> RoleRule | None:
        """The first rule that fits what the service says; None: this person has no place here."""
        return next((rule for rule in self.roles if rule.value in _words(claims.get(rule.claim))), None)

    def level_of(self, claims: Mapping[str, Any]) -> Level:
        """How sure it is who this is. A word that the file does not say is worth nothing."""
        return max(
            (self.levels[word] for word in _words(claims.get(self.level_claim)) if word in self.levels),
            key=lambda level: level.rank,
            default=Level.NONE,
        )

    def asked_for(self, level: Level) -> str:
        """What is asked of the service when an act needs this level: every word that is worth as much; else as the file says."""
        words = [word for word, worth in self.levels.items() if level is not Level.NONE and worth.rank >= level.rank]
        return " ".join(words) or self.acr_values

    def took_two_steps(self, claims: Mapping[str, Any]) -> bool:
        """Whether the service says that two steps were taken."""
        return bool(set(self.two_steps) & _words(claims.get(self.two_steps_claim)))

    def email_of(self, claims: Mapping[str, Any]) -> str | None:
        """The address, when the service made sure of it."""
        email = claims.get(self.email_claim)
        sure = self.trusts_email or claims.get("email_verified") is True
        return email.strip().lower() if isinstance(email, str) and sure and 0 < len(email) <= 254 else None


def _words(claim: object) -> set[str]:
    if isinstance(claim, str):
        return {claim}
    return {one for one in claim if isinstance(one, str)} if isinstance(claim, list | tuple) else set()


def safe_address(address: object) -> bool:
    """Whether this is an https address, or one on this machine."""
    if not isinstance(address, str):
        return False
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return False
    return bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host)))


def load_identity_services(path: Path | None) -> tuple[IdentityService, ...]:
    """The services in this file (TOML, ``[[service]]``); none without one. Raises ``BadSettings`` with one line per problem."""
    if path is None:
        return ()
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8"))
        found = tuple(IdentityService.model_validate(one) for one in said.get("service", []))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadSettings([f"IDENTITY_SERVICES: {path}: {type(error).__name__}"]) from None
    except ValidationError as error:
        lines = [
            f"IDENTITY_SERVICES: {'.'.join(str(part) for part in one['loc'])}: {one['msg']}" for one in error.errors()
        ]
        raise BadSettings(lines) from None
    names = [one.name for one in found]
    if len(set(names)) < len(names):
        raise BadSettings(["IDENTITY_SERVICES: two services have the same name"])
    return found
