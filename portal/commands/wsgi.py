"""The desk for a server of several processes: ``gunicorn -c deploy/gunicorn.conf.py 'portal.commands.wsgi:desk()'``."""

from __future__ import annotations

import gc
import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING

from portal.platform.errors import PortalError

if TYPE_CHECKING:
    from flask import Flask
    from sqlalchemy import Engine

ENGINE = "engine"
FRAME = ("layout.html", "desk.html", "components/")
"""Of the templates what every page is made with."""


def desk() -> Flask:
    """The application on a database that is ready. What does not allow a start is said in a line, and ends the process.

    What every process needs is read once, before they are forked: the code, the region with its schemes, and the frame of a page.
    """
    # Nothing else decides how a file is read, and nothing is looked for that could.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    gc.disable()  # nothing of this is ever let go: to look for it again and again took a third of a start
    from portal import create_app
    from portal.commands.opening import require_keys
    from portal.commands.working import job_names
    from portal.framework.catalogue.queries import has_region, schemes_in_force
    from portal.migrations import require_head
    from portal.paying.payments.pain001 import read_schema
    from portal.platform.clock import today
    from portal.platform.config import load_settings
    from portal.platform.database import make_engine, unit_of_work
    from portal.platform.field_keys import use_field_keys

    try:
        settings = load_settings()
        engine = make_engine(settings.database_url)
        require_head(engine)
        use_field_keys(settings.ring_source)
        require_keys(settings, engine)
    except PortalError as error:
        for problem in getattr(error, "problems", [str(error)]):
            print(f"loket: {problem}", file=sys.stderr)
        raise SystemExit(4) from None  # gunicorn does not start again what cannot start
    import_module("matching.solver.solve")  # and with it the solver, which is loaded where it is first asked
    read_schema()
    app = create_app(settings, engine=engine)
    app.extensions["job_names"] = job_names(settings)
    for name in app.jinja_env.list_templates(filter_func=lambda one: one.startswith(FRAME)):
        app.jinja_env.get_template(name)
    unit_of_work(engine, lambda s: schemes_in_force(s, on=today()) if has_region(s) else [], read_only=True)
    gc.freeze()
    gc.enable()
    engine.dispose()  # before the processes are forked: a connection belongs to one process
    return app


def begin_process(app: Flask) -> None:
    """After the fork: what the parent may have opened is left to the parent, and a thread does what takes long."""
    from portal.commands.working import work_in_background

    engine: Engine = app.extensions[ENGINE]
    engine.dispose(close=False)
    work_in_background(engine, app.extensions["settings"])
