"""Where the screens of the accounts are registered: of the region, its controller, its auditor and its funders."""

from flask import Blueprint

blueprint = Blueprint("accounting", "portal.web.accounting", url_prefix="/verantwoording")
