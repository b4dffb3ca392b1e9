"""The desk for a server of several processes: ``gunicorn -c deploy/gunicorn.conf.py 'portal.commands.wsgi:desk()'``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from portal.platform.errors import PortalError

if TYPE_CHECKING:
    from flask import Flask
    from sqlalchemy import Engine

ENGINE = "engine"


def desk() -> Flask:
    """The application on a database that is ready. What does not allow a start is said in a line, and ends the process."""
    from portal import create_app
    from portal.commands.working import job_names
    from portal.migrations import require_head
    from portal.paying.payments.pain001 import read_schema
    from portal.platform.config import load_settings
    from portal.platform.database import make_engine

    try:
        settings = load_settings()
        engine = make_engine(settings.database_url)
        require_head(engine)
    except PortalError as error:
        for problem in getattr(error, "problems", [str(error)]):
            print(f"loket: {problem}", file=sys.stderr)
        raise SystemExit(4) from None  # gunicorn does not start again what cannot start
    read_schema()
    app = create_app(settings, engine=engine)
    app.extensions["job_names"] = job_names(settings)
    engine.dispose()  # before the processes are forked: a connection belongs to one process
    return app


def begin_process(app: Flask) -> None:
    """After the fork: what the parent may have opened is left to the parent, and a thread does what takes long."""
    from portal.commands.working import work_in_background

    engine: Engine = app.extensions[ENGINE]
    engine.dispose(close=False)
    work_in_background(engine, app.extensions["settings"])
