"""The addresses that programs ask: without a session, whatever the host is called, with nothing of a person in the answer."""

import hmac
from collections.abc import Callable, Iterator

import msgspec
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from prometheus_client import CollectorRegistry
from prometheus_client import generate_latest as as_text
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.metrics_core import GaugeMetricFamily
from prometheus_client.registry import Collector

from dure.portal.health.readiness import standing
from dure.portal.kit.gate import Route, patterns
from dure.portal.kit.observing.counts import registry
from dure.portal.kit.observing.origin import from_this_machine
from dure.records.clocks import queries as clocks
from dure.records.journal.queries import head
from dure.records.work import queries as work

Next = Callable[[HttpRequest], HttpResponseBase]
JSON = "application/json"


def live(request: HttpRequest) -> HttpResponse:
    """The process answers; whatever it needs besides may be missing."""
    del request
    return _kept_nowhere(HttpResponse(b'{"live":true}', content_type=JSON))


def ready(request: HttpRequest) -> HttpResponse:
    """The database can be reached and has the tables of this version: 200; else 503, and in a word what is wrong."""
    del request
    found = standing()
    is_ready = found["migrations"] in {"current", "newer"}
    body = msgspec.json.encode({"ready": is_ready, **found})
    return _kept_nowhere(HttpResponse(body, content_type=JSON, status=200 if is_ready else 503))


def metrics(request: HttpRequest) -> HttpResponse:
    """Counts for Prometheus, for this machine and for who has the token; for others there is no such page."""
    if not (from_this_machine(request) or _has_token(request)):
        raise Http404
    now = CollectorRegistry()
    now.register(_Now())
    body = as_text(registry()) + as_text(now)
    return _kept_nowhere(HttpResponse(body, content_type=CONTENT_TYPE_PLAIN_0_0_4))


class _Now(Collector):
    """What is asked of the database at this moment, and whether it answers."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        migrations = standing()["migrations"]
        stands = migrations not in {"unknown", "none"}
        if stands:
            yield GaugeMetricFamily("dure_journal_head", "The number of the journal's last entry.", value=head())
        if stands and migrations != "missing":
            yield from _of_work()
            yield from _of_clocks()
        yield GaugeMetricFamily("dure_database_up", "1 when the database answered this request, else 0.", value=int(stands))

    def describe(self) -> tuple[()]:
        """Nothing: it would be asked when the collector is registered."""
        return ()


def _of_work() -> Iterator[GaugeMetricFamily]:
    """How the work in the background stands, and what the last look at the invariants found; unknown is left out."""
    found = work.waiting()
    yield GaugeMetricFamily("dure_jobs_waiting", "Jobs that no worker has begun.", value=found.jobs)
    yield GaugeMetricFamily("dure_workers", "Processes that take jobs.", value=found.workers)
    last = work.latest_finished("invariants")
    if last is not None and last.finished_at is not None and last.outcome is not None:
        at, breaches = last.finished_at.timestamp(), len(last.outcome["breaches"])
        yield GaugeMetricFamily("dure_invariants_broken", "Invariants that did not hold at the last look.", value=breaches)
        yield GaugeMetricFamily("dure_invariants_looked_at_seconds", "When that was, in seconds since 1970.", value=at)


def _of_clocks() -> Iterator[GaugeMetricFamily]:
    """How many clocks agree with the database's, while they are compared; nothing while they are not."""
    found = clocks.latest()
    if found is not None:
        yield GaugeMetricFamily("dure_clocks_asked", "Clocks with which the database's was compared lately.", value=found.asked)
        yield GaugeMetricFamily("dure_clocks_agreeing", "Clocks that are within 100 ms of the database's.", value=found.agreeing)


def _has_token(request: HttpRequest) -> bool:
    token = settings.DURE_METRICS_TOKEN
    scheme, _space, given = request.headers.get("Authorization", "").partition(" ")
    return bool(token) and scheme.lower() == "bearer" and hmac.compare_digest(given.strip().encode(), token.encode())


def _kept_nowhere(response: HttpResponse) -> HttpResponse:
    response.headers["Cache-Control"] = "no-store"
    return response


ROUTES = [
    Route("health/live", "live", live),
    Route("health/ready", "ready", ready),
    Route("metrics", "metrics", metrics),
]
_PROBES = {f"/{route.address}": pattern for route, pattern in zip(ROUTES, patterns(ROUTES), strict=True)}


def probes(get_response: Next) -> Next:
    """Middleware that answers these addresses before hosts, sessions and redirects to https are looked at."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if request.path_info not in _PROBES:
            return get_response(request)
        pattern = _PROBES[request.path_info]
        request.probe = f"health:{pattern.name}"  # type: ignore[attr-defined]
        answer: HttpResponseBase = pattern.callback(request)
        return answer

    return middleware
