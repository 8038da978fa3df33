"""Structured logs that name events and row numbers, never people, addresses or tokens."""

import logging
import re
from collections.abc import MutableMapping
from typing import Any

import structlog

FORBIDDEN_KEYS = {"email", "to", "name", "ip", "user_agent", "token", "code", "password", "subject", "body", "request"}
ADDRESS = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
LINK = re.compile(r"[\w.-]{8,}~\d{9,}~[\w-]{20,}")  # what core.links signs: whoever reads it could use it


def drop_personal(logger: Any, method: str, event: MutableMapping[str, Any]) -> dict[str, Any]:
    """Remove fields that could hold a person, and mask addresses and signed links within text."""
    return {
        key: LINK.sub("[link]", ADDRESS.sub("[address]", value)) if isinstance(value, str) else value
        for key, value in event.items()
        if key not in FORBIDDEN_KEYS
    }


add_level_and_time = structlog.processors.TimeStamper(fmt="iso", utc=True)
render_json = structlog.processors.JSONRenderer(ensure_ascii=False)


def formatter() -> logging.Formatter:
    """One JSON object a line, for our own records and for those of Django and Celery; nobody's pass unmasked."""
    return structlog.stdlib.ProcessorFormatter(
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, drop_personal, render_json],
        foreign_pre_chain=[
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            add_level_and_time,
            structlog.processors.format_exc_info,
        ],
    )


def configure() -> None:
    """Set structlog up once, at start."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            add_level_and_time,
            structlog.processors.format_exc_info,
            drop_personal,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
