"""Milestones, capacity, deliveries, servers and GPUs change by the act that does it, or by the approved build-out."""

from django.db import migrations

from dure.records.journal.guards import Owed, last_approved, owes_act, pin_functions

SET = Owed("set_milestone", "agency", "'milestone/' || m.key")
# The build-out that was approved last forecasts the first service, and nothing else of a milestone.
ANSWERING = "ministry,agency,operator"
FORECAST = Owed("approve_decision", ANSWERING, last_approved("buildout"))
OF_FIRST_SERVICE = "m.key = 'first_service' AND ROW(m.promised_on, m.actual_on, m.cause) IS NOT DISTINCT FROM {before}"
ADDED = OF_FIRST_SERVICE.format(before="ROW(NULL::date, NULL::date, ''::varchar) AND m.forecast_on IS NOT NULL")
MOVED = OF_FIRST_SERVICE.format(before="ROW(w.promised_on, w.actual_on, w.cause)")
# A week is as its build-out was approved. What was counted no command enters: no act is about it.
PLANNED = Owed(
    "approve_decision",
    ANSWERING,
    "CASE WHEN m.actual IS NULL THEN coalesce('entry/' || m.entry_id, 'entry/0') ELSE 'capacity/' || m.cluster_id END",
)
OF_POOL = "'pool/' || m.pool_id"
# A server enters service once: no act is about one that serves already.
OF_WAITING = "CASE WHEN w.in_service_from IS NULL THEN 'pool/' || m.pool_id ELSE 'server/' || m.id END"
OF_ITS_POOL = "'pool/' || (SELECT pool_id FROM supply_server s WHERE s.id = m.server_id)"
REGISTERED = Owed("register_servers", "agency,provider", OF_POOL)


class Migration(migrations.Migration):
    dependencies = [("supply", "0003_orders_by_model"), ("journal", "0011_owed_acts")]

    operations = [
        owes_act(
            "supply_milestone",
            "is_set_by_its_act",
            SET._replace(where=f"NOT ({ADDED})"),
            FORECAST._replace(where=ADDED),
        ),
        owes_act(
            "supply_milestone",
            "is_changed_by_its_act",
            SET._replace(where=f"NOT ({MOVED})"),
            FORECAST._replace(where=MOVED),
            columns="promised_on forecast_on actual_on cause",
        ),
        owes_act("supply_capacityweek", "is_as_approved", PLANNED),
        owes_act(
            "supply_capacityweek", "is_changed_as_approved", PLANNED, columns="plan p50 p90 actual entry_id"
        ),
        owes_act(
            "supply_delivery",
            "is_announced_by_its_act",
            Owed("announce_delivery", "agency,provider", "'delivery/' || m.id"),
            Owed("record_delivery", "agency,provider", "'delivery/' || m.id", where="m.actual_on IS NOT NULL"),
        ),
        owes_act(
            "supply_delivery",
            "comes_by_its_act",
            Owed("record_delivery", "agency,provider", "'delivery/' || m.id"),
            columns="actual_on",
        ),
        owes_act("supply_server", "is_registered_by_its_act", REGISTERED),
        owes_act(
            "supply_server",
            "serves_by_its_act",
            Owed("put_in_service", "agency,operator", OF_WAITING),
            columns="accepted_on in_service_from in_service_to",
        ),
        owes_act("supply_gpu", "is_registered_by_its_act", REGISTERED._replace(about=OF_ITS_POOL)),
        pin_functions(),
    ]
