"""Every setting, typed, with its unit in its name. The only reader of the environment."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import MISSING, asdict, dataclass, fields
from pathlib import Path
from typing import Any, Self

ROOT = Path(__file__).resolve().parent.parent
SECRETS = ("SECRET_KEY", "SECURITY_PASSWORD_SALT")


@dataclass(frozen=True)
class Language:
    """One interface language. ``fallback`` is read where its own words are missing."""

    code: str
    own_name: str
    fallback: str = "en"


LANGUAGES: dict[str, Language] = {
    language.code: language
    for language in (
        Language("en", "English"),
        Language("ru", "Русский"),
        Language("kk", "Қазақша", "ru"),
        Language("ky", "Кыргызча", "ru"),
        Language("tg", "Тоҷикӣ", "ru"),
        Language("uz", "Oʻzbekcha", "ru"),
        Language("az", "Azərbaycanca", "ru"),
        Language("hy", "Հայերեն", "ru"),
        Language("ka", "ქართული"),
        Language("ko", "한국어"),
    )
}
"""In the order in which they are offered. A language without a folder in translations/ reads its fallback."""

TRANSLATED = ("en", "ru")
"""Languages with every string of the interface; ``flask lms translations check`` keeps this true."""


@dataclass(frozen=True, kw_only=True)
class Config:
    """The settings of one running application."""

    SECRET_KEY: str
    SECURITY_PASSWORD_SALT: str
    SQLALCHEMY_DATABASE_URI: str
    DATA_DIR: Path
    PUBLIC_URL: str = "http://127.0.0.1:8000"
    """Where people reach the site: the origin of links in e-mails and certificates."""
    ISSUER_NAME: str = "Serai"
    """Who issues the certificates, as their signatures and credentials say it."""
    SIGNING_KEYS_DIR: Path
    """Folder of the private keys that sign certificates. Only workers need to read it."""
    SIGNING_TOKEN_LIBRARY: str = ""
    """The library of a token's maker (PKCS#11); empty: no key lies in a token."""
    SIGNING_TOKEN_LABEL: str = ""
    SIGNING_TOKEN_PIN: str = ""
    REGISTER_WITNESSES: list[str] | None = None
    """Addresses that get each day's head of the register by e-mail."""
    TIMESTAMP_URL: str = ""
    """A time stamp authority (RFC 3161) for the signatures of PDFs; empty: without time stamps."""
    IS_PRODUCTION: bool = False
    TRUSTED_HOSTS: list[str] | None = None
    PROXY_COUNT: int = 0
    """Reverse proxies in front of the application whose X-Forwarded headers are believed."""
    COURSES_DIR: Path = ROOT / "courses"
    MAX_CONTENT_LENGTH: int = 2_000_000  # bytes in one request
    MAX_FORM_PARTS: int = 200
    SESSION_COOKIE_SECURE: bool = False
    PERMANENT_SESSION_SECONDS: int = 12 * 3600
    STAFF_SESSION_SECONDS: int = 8 * 3600
    LEARNER_IDLE_SECONDS: int = 60 * 60
    STAFF_IDLE_SECONDS: int = 15 * 60
    SECOND_FACTOR_REQUIRED: bool = False
    """Whether everybody with a role besides the learner's needs one-time codes."""
    SIGN_IN_LINK_SECONDS: int = 30 * 60
    INVITATION_DAYS: int = 14
    MAIL_BACKEND: str = "console"
    MAIL_SERVER: str = "localhost"
    MAIL_PORT: int = 25
    MAIL_USERNAME: str = ""
    MAIL_PASSWORD: str = ""
    MAIL_USE_TLS: bool = False
    MAIL_DEFAULT_SENDER: str = "Serai <no-reply@localhost>"
    JOB_LEASE_SECONDS: int = 60
    JOB_MAX_TRIES: int = 5
    JOBS_WAKE_WORKER: bool = True
    LOG_LEVEL: str = "INFO"
    LOG_EXPORT_ROWS: int = 50_000
    """Rows of the audit log in one file; XLSX takes about 100 MB of memory for these."""
    RATELIMIT_STORAGE_URI: str = "memory://"
    RATELIMIT_ENABLED: bool = True
    TESTING: bool = False

    @classmethod
    def from_env(cls, env: Mapping[str, str] = os.environ) -> Self:
        """Read the settings; stop the start when one is missing or unreadable.

        On the embedded default (no ``DATABASE_URL``, not production) the database is a SQLite file in ``DATA_DIR``
        and missing secrets are made there once.
        """
        values = dict(env)
        data_dir = Path(values.setdefault("DATA_DIR", str(ROOT / "data")))
        values.setdefault("SIGNING_KEYS_DIR", str(data_dir / "signing-keys"))
        is_production = _flag(values.get("IS_PRODUCTION", "false"))
        if "DATABASE_URL" in values:
            values["SQLALCHEMY_DATABASE_URI"] = _with_driver(values["DATABASE_URL"])
        if not is_production:
            data_dir.mkdir(parents=True, exist_ok=True)
            values.setdefault("SQLALCHEMY_DATABASE_URI", f"sqlite:///{data_dir.resolve()}/serai.db")
            values.setdefault("PUBLIC_URL", f"http://127.0.0.1:{values.get('PORT', '8000')}")
            for name in SECRETS:
                values.setdefault(name, _kept_secret(data_dir / f"{name.lower()}.txt"))
        else:
            values.setdefault("SESSION_COOKIE_SECURE", "true")
            values.setdefault("SECOND_FACTOR_REQUIRED", "true")
        return cls(**_parsed(cls, values))

    def as_mapping(self) -> dict[str, Any]:
        """Return the settings as ``app.config`` takes them."""
        return asdict(self)


def _parsed(cls: type[Config], values: Mapping[str, str]) -> dict[str, Any]:
    missing = [f.name for f in fields(cls) if f.default is MISSING and f.name not in values]
    if missing:
        raise SystemExit(f"Set in the environment: {', '.join(sorted(missing))}")
    parsed: dict[str, Any] = {}
    for field in fields(cls):
        if field.name in values:
            try:
                parsed[field.name] = PARSERS[str(field.type)](values[field.name])
            except ValueError as error:
                raise SystemExit(f"{field.name} cannot be read: {error}") from error
    short = [name for name in SECRETS if len(parsed[name]) < 32]
    if short:
        raise SystemExit(f"At least 32 characters are needed in: {', '.join(short)}")
    return parsed


def _flag(text: str) -> bool:
    known = {
        "1": True,
        "true": True,
        "yes": True,
        "0": False,
        "false": False,
        "no": False,
        "": False,
    }
    if text.lower() not in known:
        raise ValueError(f"{text!r} is neither true nor false")
    return known[text.lower()]


def _kept_secret(path: Path) -> str:
    """Read a secret, or make it once. Of two first starts one makes it, the other reads it."""
    try:
        with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
    except FileExistsError:
        pass
    return path.read_text().strip()


def _with_driver(url: str) -> str:
    """Name the driver that is installed: ``postgresql://`` alone would ask for psycopg2."""
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


PARSERS: dict[str, Callable[[str], Any]] = {
    "str": str,
    "int": int,
    "bool": _flag,
    "Path": Path,
    "list[str] | None": lambda text: (
        [part.strip() for part in text.split(",") if part.strip()] or None
    ),
}
