"""What the trade register says of a provider that asks to be listed, beside what it filled in."""

from __future__ import annotations

import structlog
from flask import current_app
from flask.typing import ResponseReturnValue

from portal.platform.config import Settings
from portal.platform.database import unit_of_work
from portal.platform.trade_register import RegisteredCompany, RegisterTrouble, TradeRegister
from portal.spending.providers.models import ProviderRegistration
from portal.spending.providers.queries import registration_by_public_id
from portal.web.advisor.blueprint import blueprint
from portal.web.edge import found, page
from portal.web.edge.policy import current_actor

log = structlog.get_logger("portal.web")


def register_of(settings: Settings) -> TradeRegister | None:
    """The trade register that this desk may ask; None without a key."""
    if not settings.asks_trade_register:
        return None
    return TradeRegister(settings.kvk_api_url, settings.kvk_api_key.get_secret_value(), settings.kvk_authorities)


@blueprint.get("/opleiders/aanmeldingen/<registration_id>/handelsregister")
def trade_register(registration_id: str) -> ResponseReturnValue:
    """Ask the register about one request, outside any transaction, and show what it says."""
    engine, actor = current_app.extensions["engine"], current_actor()
    one: ProviderRegistration = found(
        unit_of_work(
            engine, lambda s: registration_by_public_id(s, public_id=registration_id, actor=actor), read_only=True
        )
    )
    register = register_of(current_app.extensions["settings"])
    company, trouble = _asked(register, one.kvk_number)
    return unit_of_work(
        engine,
        lambda _session: page(
            "advisor/trade_register.html",
            registration=one,
            company=company,
            trouble=trouble,
            connected=register is not None,
        ),
        read_only=True,
    )


def _asked(register: TradeRegister | None, number: str) -> tuple[RegisteredCompany | None, str]:
    """What the register says, and what went wrong; logged without the number."""
    if register is None:
        return None, ""
    try:
        company = register.company(number)
    except RegisterTrouble as error:
        log.warning("trade_register_silent", trouble=error.code)
        return None, error.code
    log.info("trade_register_asked", found=company is not None)
    return company, ""
