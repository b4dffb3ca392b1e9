"""The Flask application: people, records, money and screens."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask
    from sqlalchemy import Engine

    from portal.platform.config import Settings

__all__ = ["create_app"]


def create_app(settings: Settings | None = None, *, engine: Engine | None = None) -> Flask:
    """The application. `settings` come from the environment when not given, `engine` from their database address.

    Nothing heavy is imported before this is called, so that commands which need no web stay quick. Raises
    `portal.platform.errors.BadSettings`, and `portal.web.edge.policy.PolicyMissing` when an endpoint has no audience.
    """
    from werkzeug.middleware.proxy_fix import ProxyFix

    from portal.platform import extensions, logs
    from portal.platform.brake import THREADS, Brake
    from portal.platform.config import TEMPLATES, load_settings
    from portal.platform.database import load_models, make_engine
    from portal.platform.field_keys import use_field_keys
    from portal.platform.identity_services import load_identity_services
    from portal.platform.limits.queries import use_key
    from portal.web import blueprints
    from portal.web.edge import DeskApp, assets, errors, fresh, guards, keeping, limiting, measuring, tracing
    from portal.web.edge.headers import SecurityHeaders
    from portal.web.edge.policy import require_policy
    from portal.web.edge.session import DatabaseSessions

    settings = settings or load_settings()
    logs.configure(settings.log_level)
    use_key(settings.secret_key.get_secret_value())
    use_field_keys(settings.ring_source)
    load_models()
    app = DeskApp(__name__, template_folder=str(TEMPLATES), static_folder="web/static")
    app.config.update(
        SECRET_KEY=settings.secret_key.get_secret_value(),
        TESTING=settings.portal_env == "test",
        WTF_CSRF_TIME_LIMIT=None,  # a token is good for as long as its session
        WTF_CSRF_SSL_STRICT=False,  # pages with a link send no referrer; Sec-Fetch-Site is looked at instead
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.url_map.strict_slashes = False
    engine = engine or make_engine(settings.database_url)
    app.extensions["identity_services"] = load_identity_services(settings.identity_services)
    app.extensions.update(settings=settings, engine=engine, brake=Brake(threads=THREADS))
    app.session_interface = DatabaseSessions(app.extensions["engine"], secure=settings.secure_cookies)
    tracing.install(app, settings.traces_url)
    measuring.install(app)
    assets.install(app, theme_css=settings.theme_css)
    guards.install(app)
    extensions.csrf.init_app(app)
    keeping.install(app)
    fresh.install(app)
    errors.install(app)
    limiting.install(app)
    blueprints.register(app)
    require_policy(app)
    inner = ProxyFix(app.wsgi_app, x_for=settings.proxy_hops, x_proto=settings.proxy_hops, x_host=0)
    app.wsgi_app = SecurityHeaders(  # type: ignore[method-assign]
        inner, https=settings.secure_cookies, theme=settings.theme_css, propagate=app.testing
    )
    return app
