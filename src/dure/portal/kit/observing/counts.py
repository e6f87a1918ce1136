"""What is counted for Prometheus: requests, their seconds, and errors of the database, over all workers of a server."""

import logging
import os
from functools import lru_cache
from typing import Any

from django.db import DatabaseError
from django.db.backends.signals import connection_created
from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.multiprocess import MultiProcessCollector

MULTIPLE = bool(os.environ.get("PROMETHEUS_MULTIPROC_DIR"))  # set by the server; then values stand in files that workers share
REGISTRY = CollectorRegistry()
_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_REQUESTS = Counter("dure_requests", "Requests that were answered.", ("route", "status"), registry=REGISTRY)
_SECONDS = Histogram("dure_request_seconds", "Seconds until the answer began.", ("route",), registry=REGISTRY, buckets=_BUCKETS)
_ERRORS = Counter(
    "dure_database_errors",
    "Errors of the database by class of SQLSTATE; `connection`: it could not be reached.",
    ("sqlstate_class",),
    registry=REGISTRY,
)


def registry() -> CollectorRegistry:
    """What all workers have counted together."""
    if not MULTIPLE:
        return REGISTRY
    shared = CollectorRegistry()
    MultiProcessCollector(shared)  # type: ignore[no-untyped-call] # it has no types
    return shared


@lru_cache(maxsize=2048)
def _requests(route: str, status: int) -> Any:
    return _REQUESTS.labels(route, str(status))


@lru_cache(maxsize=512)
def _seconds(route: str) -> Any:
    return _SECONDS.labels(route)


def count_request(route: str, status: int, seconds: float) -> None:
    """Count one answer."""
    _requests(route, status).inc()
    _seconds(route).observe(seconds)


def _counted(execute: Any, *statement: Any) -> Any:
    try:
        return execute(*statement)
    except DatabaseError as error:
        count_error(error)
        raise


def count_error(error: DatabaseError) -> None:
    """Count an error of the database once, wherever it is met first."""
    if not getattr(error, "dure_counted", False):
        error.dure_counted = True  # type: ignore[attr-defined]
        state = getattr(error.__cause__, "sqlstate", None)
        _ERRORS.labels(state[:2] if state else "connection").inc()


def _watch(connection: Any, **_given: Any) -> None:
    if _counted not in connection.execute_wrappers:
        connection.execute_wrappers.insert(0, _counted)  # Django takes its own off the end


class Unreached(logging.Handler):
    """Counts failures to reach the database, which no statement meets, where the page that failed is logged."""

    def emit(self, record: logging.LogRecord) -> None:
        """Count the record's error, if it is one of the database."""
        error = record.exc_info[1] if record.exc_info else None
        if isinstance(error, DatabaseError):
            count_error(error)


logging.getLogger("django.request").addHandler(Unreached())
connection_created.connect(_watch, dispatch_uid="dure.counts")
