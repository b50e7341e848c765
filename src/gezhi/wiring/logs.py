"""Structured logs: one JSON object a line, ids and counts only."""

from __future__ import annotations

import logging
import sys
from typing import Any

import structlog


def configure(options: dict[str, Any]) -> None:
    """Send Django's and our own logs through one formatter."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    renderer: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if options.get("json", True)
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                renderer,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(options.get("level", "INFO"))
    # Their lines carry paths, queries and parameters, any of which may hold a name or number.
    for noisy in (
        "django.request",
        "django.server",
        "django.db.backends",
        "psycopg.pool",
        "procrastinate.blueprints",
        "procrastinate.periodic",
    ):
        logging.getLogger(noisy).setLevel(logging.ERROR)
