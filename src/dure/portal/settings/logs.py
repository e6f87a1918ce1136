"""How are log lines written? As JSON for programs, in words on a terminal; never with what is secret or a person's."""

import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any

import msgspec
import structlog

from dure.formats.errors import BadInput

LEVELS = ("debug", "info", "warning", "error", "critical")
_SECRETS = (
    (re.compile(r"(\w://)[^@/\s]+@"), r"\1…@"),  # the user and the password of an address
    (re.compile(r"([?&][^=&\s]+=)[^&\s'\"]+"), r"\1…"),  # what a query asks
    (re.compile(r"^(DETAIL|CONTEXT):.*$", re.MULTILINE), r"\1: …"),  # rows of the database in its own errors
)


def without_secrets(text: str) -> str:
    """The text without passwords of addresses, values of queries and rows of the database."""
    for pattern, instead in _SECRETS:
        text = pattern.sub(instead, text)
    return text


def _clean(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
    event.pop("request", None)  # Django adds it; written out, it is the address with its query
    for key in ("event", "exception"):
        if isinstance(event.get(key), str):
            event[key] = without_secrets(event[key])
    return event


class OneLine(logging.Filter):
    """What any client can bring about at will is a line at `warning`, without the traceback that Django writes at `error`."""

    def filter(self, record: logging.LogRecord) -> bool:
        """All go on, made short."""
        record.levelno, record.levelname = logging.WARNING, "WARNING"
        record.exc_info = record.exc_text = None
        return True


def _json(event: Any, **_options: Any) -> str:
    return msgspec.json.encode(event, enc_hook=str).decode()


def _note() -> list[Any]:
    """What every line holds."""
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]


def logging_config(level: str, *, lines: bool | None = None) -> dict[str, Any]:
    """The configuration of Python's logging: all lines go to standard error, from that level on.

    `lines`: one JSON object a line; where nothing is said, unless standard error is a terminal.
    """
    if level.upper() not in logging.getLevelNamesMapping():
        raise BadInput(f"{level!r} is no level.", where="DURE_LOG_LEVEL", todo=f"Write one of: {', '.join(LEVELS)}.")
    if lines is None:
        lines = not sys.stderr.isatty()
    written = structlog.processors.JSONRenderer(serializer=_json) if lines else structlog.dev.ConsoleRenderer(colors=False)
    last = [
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        structlog.processors.format_exc_info,
        _clean,
        written,
    ]
    formatter = {"()": structlog.stdlib.ProcessorFormatter, "foreign_pre_chain": _note(), "processors": last}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"lines": formatter},
        "filters": {"one_line": {"()": OneLine}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines"}},
        "root": {"handlers": ["stderr"], "level": "WARNING"},
        "loggers": {
            "dure": {"level": level.upper()},
            "_granian": {"level": level.upper()},
            "granian.access": {"level": "CRITICAL"},
            "django": {"handlers": [], "level": "WARNING", "propagate": True},  # instead of Django's own
            "django.request": {"level": "ERROR"},
            "django.security.DisallowedHost": {"filters": ["one_line"]},  # another name in the Host header
        },
    }
