"""Serai: a learning platform for civil servants."""

from __future__ import annotations

import structlog
from flask import Flask
from flask_security import SQLAlchemyUserDatastore
from sqlalchemy import event
from sqlalchemy.exc import OperationalError
from werkzeug.middleware.proxy_fix import ProxyFix
from whitenoise import WhiteNoise

from lms import errors, wiring
from lms.config import ROOT, Config
from lms.extensions import (
    NotDurable,
    babel,
    compress,
    csrf,
    db,
    limiter,
    mail,
    migrate,
    require_durable,
    security,
)
from lms.logs import configure_logs
from lms.web import access, addresses, headers, languages, pages

log = structlog.get_logger()


def create_app(config: Config | None = None) -> Flask:
    """Build the application: settings, extensions, errors, blueprints, commands."""
    config = config or Config.from_env()
    app = Flask(__name__, template_folder=str(ROOT / "templates"))
    app.config.from_mapping(config.as_mapping())
    app.config.from_mapping(extension_settings(config))
    configure_logs(config.LOG_LEVEL)
    start_extensions(app)
    for part in (errors, headers, languages, pages, addresses, access):
        part.register(app)
    csrf.init_app(app)  # after the door: whoever is signed out is asked to sign in
    wiring.connect(app)
    access.allow(policy=access.PUBLIC)(app.view_functions["static"])
    serve(app, config)
    if config.IS_PRODUCTION:
        refuse_to_lose(app)
    return app


def extension_settings(config: Config) -> dict[str, object]:
    """Settings that belong to the extensions and are not ours to choose at each installation."""
    return {
        "SESSION_COOKIE_NAME": "__Host-sid" if config.SESSION_COOKIE_SECURE else "sid",
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_HTTPONLY": True,
        "PERMANENT_SESSION_LIFETIME": config.PERMANENT_SESSION_SECONDS,
        "SEND_FILE_MAX_AGE_DEFAULT": 365 * 24 * 3600,
        "COMPRESS_ALGORITHM": ["br", "gzip"],
        "COMPRESS_BR_LEVEL": 4,
        "COMPRESS_LEVEL": 3,  # level 6 saves 3 % more of a page and costs twice the time
        "COMPRESS_MIMETYPES": ["text/html", "application/json", "text/plain"],
        "WTF_CSRF_TIME_LIMIT": None,  # as long as the session: an answer typed for an hour is not refused
        "BABEL_TRANSLATION_DIRECTORIES": str(ROOT / "lms" / "translations"),
        "SECURITY_PASSWORD_HASH": "argon2",
        # argon2id as OWASP has it: 24 ms a sign-in; the library's default costs 218 ms
        "SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS": {
            "argon2__time_cost": 2,
            "argon2__memory_cost": 19_456,  # KiB
            "argon2__parallelism": 1,
        },
        "SECURITY_PASSWORD_SINGLE_HASH": ["argon2"],
        "SECURITY_JOIN_USER_ROLES": False,
        "MAIL_BACKEND": config.MAIL_BACKEND,
        "SQLALCHEMY_ENGINE_OPTIONS": engine_options(config),
    }


def engine_options(config: Config) -> dict[str, object]:
    """Let a PostgreSQL that was started anew be found again by itself, and one that is away at once.

    What a statement was given is in no error: names, answers and hashes would stand in the log.
    """
    options: dict[str, object] = {"hide_parameters": True}
    if config.SQLALCHEMY_DATABASE_URI.startswith("postgresql"):
        options |= {"pool_pre_ping": True, "connect_args": {"connect_timeout": 5}}
    return options


def refuse_to_lose(app: Flask) -> None:
    """Stop the start when PostgreSQL may lose what it confirms; later each new connection is looked at.

    A database that is not there yet stops nothing: its pages say so until it is.
    """
    with app.app_context():
        if db.engine.dialect.name != "postgresql":
            return  # SQLite is told what to do, and looked at, at every connection
        event.listen(db.engine, "connect", require_durable)
        try:
            db.engine.connect().close()
        except NotDurable as error:
            raise SystemExit(f"PostgreSQL may lose what it has confirmed: {error}") from error
        except OperationalError as error:
            log.warning("database_away", error=str(error.orig))
        db.engine.dispose()  # no connection may be shared by the processes that serve


def start_extensions(app: Flask) -> None:
    from lms.accounts.models import Person, RoleGrant
    from lms.web.languages import select_locale, select_time_zone

    db.init_app(app)
    migrate.init_app(app, db, directory=str(ROOT / "migrations"))
    babel.init_app(app, locale_selector=select_locale, timezone_selector=select_time_zone)
    compress.init_app(app)
    limiter.init_app(app)
    mail.init_app(app)
    # Its own pages stay closed: ours have the policy, the languages and the look of every other page.
    security.init_app(app, SQLAlchemyUserDatastore(db, Person, RoleGrant), register_blueprint=False)
    app.extensions["security"].login_manager.session_protection = None  # phones change address
    app.jinja_env.add_extension("jinja2.ext.do")


def serve(app: Flask, config: Config) -> None:
    """Put the static files, compressed once, and the proxies in front."""
    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
        app.wsgi_app, root=str(ROOT / "lms" / "static"), prefix="static/", max_age=365 * 24 * 3600
    )
    if config.PROXY_COUNT:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app,
            x_for=config.PROXY_COUNT,
            x_proto=config.PROXY_COUNT,
            x_host=config.PROXY_COUNT,
        )
