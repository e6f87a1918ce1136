"""Resources: who got what, how it was used, what it cost and what came of it."""

from django.utils.translation import gettext_noop

from dure.portal.api.resource import DURING, ENTRY, ID, Field, Resource, by
from dure.records.allocation import access as allocation
from dure.records.allocation import queries as rounds
from dure.records.allocation.held import servers_held
from dure.records.operation import access as operation
from dure.records.outcomes import access as outcomes
from dure.records.settlement import access as settlement

RESOURCES: tuple[Resource, ...] = (
    Resource(
        "rounds",
        gettext_noop("Allocation rounds."),
        lambda _person: rounds.rounds(),
        (
            ID,
            by("call", "user call that it answers; null where it answers none", "user_call_id"),
            by("start_on", "Monday of its first week"),
            Field("weeks", "weeks that it covers"),
            Field("opened_at", "instant of opening"),
        ),
        kind="round",
    ),
    Resource(
        "grants",
        gettext_noop("What applications got: their own to applicants, those on their clusters to providers."),
        lambda person: allocation.visible_grants(person).annotate(held=servers_held()),
        (
            ID,
            by("round", "id of the round", "round_id"),
            by("application", "id of the application", "application_id"),
            by("organisation", "organisation of the application", "application__organisation_id"),
            by("pool", "pool", "pool_id"),
            Field("servers", "servers granted"),
            Field("held", "servers of it leased at this moment; less than granted before, between and after its leases"),
            *DURING,
            ENTRY,
        ),
        kind="grant",
    ),
    Resource(
        "leases",
        gettext_noop("Servers of grants, each with its period."),
        allocation.visible_leases,
        (
            Field("id", "number of the lease"),
            by("grant", "id of the grant", "grant_id"),
            by("server", "id of the server", "server_id"),
            *DURING,
            Field("withdrawn_at", "instant at which it was ended before it began; null otherwise"),
            by("ended_because", "why it ended early; empty otherwise"),
        ),
        kind="lease",
    ),
    Resource(
        "waiting-list",
        gettext_noop("Places on waiting lists: their own to applicants."),
        allocation.visible_waiting,
        (
            Field("id", "number of the place in the records"),
            by("round", "id of the round", "round_id"),
            by("application", "id of the application", "application_id"),
            Field("place", "1 is first"),
            ENTRY,
            Field("left_at", "instant at which it left the list; null while it waits"),
        ),
    ),
    Resource(
        "usage",
        gettext_noop("What grants held and used, as metered and approved."),
        operation.visible_usage,
        (
            Field("id", "number of the record"),
            by("grant", "id of the grant", "grant_id"),
            Field("part", "part of the grant's servers"),
            by("gpu_model", "model of the GPUs"),
            *DURING,
            Field("held_gpu_seconds", "GPU-seconds leased"),
            Field("used_gpu_seconds", "GPU-seconds used"),
            Field("gpu_hours", "GPU-hours held"),
            Field("utilisation", "mean utilisation; null when there are no data"),
            Field("busy", "part of the time busy; null without data"),
            Field("energy_wh", "energy in watt-hours; null when not metered"),
            by("on_hold", "not billed before a difference is explained"),
            Field("superseded_at", "instant at which later data replaced it; null while it counts"),
            ENTRY,
        ),
    ),
    Resource(
        "invoices",
        gettext_noop("What organisations are asked to pay."),
        settlement.visible_invoices,
        (
            ID,
            by("organisation", "organisation that pays", "organisation_id"),
            *DURING,
            Field("list_amount", "list price in the smallest unit"),
            Field("billed_amount", "billed amount"),
            Field("support_amount", "part that the programme bears"),
            by("issued_on", "day of issue"),
            by("due_on", "last day of payment"),
            ENTRY,
        ),
        kind="invoice",
    ),
    Resource(
        "payments",
        gettext_noop("Money that came in on invoices, or went back."),
        settlement.visible_payments,
        (
            Field("id", "reference of the transfer", "reference"),
            by("invoice", "id of the invoice", "invoice_id"),
            Field("amount", "amount in the smallest unit; negative when paid back"),
            by("received_on", "day on the bank statement"),
        ),
        order=("reference",),
    ),
    Resource(
        "reports",
        gettext_noop("Reports on grants that are due or came."),
        outcomes.visible_reports,
        (
            Field("id", "number of the report"),
            by("grant", "id of the grant", "grant_id"),
            by("due_on", "day on which it is due"),
            Field("received_on", "day on which it came; null before"),
            Field("text", "what it says; empty before it came"),
        ),
        kind="report",
    ),
    Resource(
        "achievements",
        gettext_noop("Results of grants, with their evidence."),
        outcomes.visible_achievements,
        (
            ID,
            by("grant", "id of the grant", "grant_id"),
            by("kind", "kind of result"),
            Field("count", "how many"),
            Field("revenue_amount", "revenue in the smallest unit"),
            Field("evidence", "evidence as stated"),
            Field("achieved_on", "day on which it was achieved; null: not told, that of the report counts"),
            by("reported_on", "day of the report"),
            Field("verified_on", "day of verification; null before"),
        ),
        kind="achievement",
    ),
)
