"""Structured logs: one JSON object a line, with the request's id, and no secret in it."""

from __future__ import annotations

import logging

import structlog

HIDDEN = ("password", "token", "secret", "cookie", "authorization")


def hide_secrets(
    _logger: object, _method: str, event: structlog.types.EventDict
) -> structlog.types.EventDict:
    """Blank every value whose name says that it is a secret."""
    return {
        key: "…" if any(word in key.lower() for word in HIDDEN) else value
        for key, value in event.items()
    }


def configure_logs(level: str) -> None:
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            hide_secrets,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.getLevelNamesMapping()[level.upper()]
        ),
        cache_logger_on_first_use=True,
    )
