"""What the desk does with data of people: the register of processing and a draft of a DPIA, on a page and as a file."""

from __future__ import annotations

from flask import Response, current_app
from flask.typing import ResponseReturnValue

from portal.oversight.privacy.processing import as_text, dpia_draft, processing_register
from portal.platform.clock import today
from portal.platform.database import current_session
from portal.platform.i18n import gettext as _
from portal.web.admin.blueprint import blueprint
from portal.web.edge import page


@blueprint.get("/verwerkingen")
def processing() -> ResponseReturnValue:
    """The register and the draft."""
    session, settings = current_session(), current_app.extensions["settings"]
    return page(
        "admin/processing.html",
        register=processing_register(session, settings=settings),
        dpia=dpia_draft(session, settings=settings, today=today()),
    )


@blueprint.get("/verwerkingen.md")
def processing_file() -> ResponseReturnValue:
    """Both as a text file."""
    session, settings = current_session(), current_app.extensions["settings"]
    text = as_text(_("Register van verwerkingen"), processing_register(session, settings=settings))
    text += "\n" + as_text(_("Concept DPIA"), dpia_draft(session, settings=settings, today=today()))
    response = Response(text, content_type="text/markdown; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="verwerkingen.md"'
    return response
