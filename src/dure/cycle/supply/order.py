"""Providers order the servers; each becomes an asset with serial number, owner and place."""

from django.utils import timezone
from msgspec import structs

from dure.cycle.commands.rows import Context, Owners
from dure.cycle.lookup import found, require_happened
from dure.cycle.supply import agreed
from dure.formats.canonical import plain
from dure.formats.commands.calls import SetMilestone
from dure.formats.commands.supply import (
    AddCluster,
    AddGpuModel,
    AddSite,
    AnnounceDelivery,
    PlaceOrder,
    PutInService,
    RecordDelivery,
    RegisterServers,
)
from dure.formats.errors import BadInput
from dure.records.parties import queries as parties
from dure.records.procurement import queries as procurement
from dure.records.procurement.models import Agreement
from dure.records.supply import actions, queries
from dure.records.supply.models import Order, Pool

LEVELS = ("power_kw", "cooling_kw", "racks", "network_ports", "crews")


def add_gpu_model(request: AddGpuModel, context: Context) -> str:
    """Enter the model; returns its name."""
    del context
    if request.id in queries.gpu_models():
        raise BadInput(f"GPU model {request.id!r} is there already.", where="id", todo="Use it.", code="id_taken")
    return actions.add_gpu_model(**structs.asdict(request)).pk


def add_site(request: AddSite, context: Context) -> str:
    """Enter the site with its readiness; returns its id."""
    del context
    found(parties.organisation(request.provider), "organisation", request.provider)
    levels = [{"resource": name, **structs.asdict(level)} for name in LEVELS for level in getattr(request, name)]
    return actions.add_site(id=request.id, name=request.name, provider=request.provider, readiness=levels).pk


def place_order(request: PlaceOrder, context: Context) -> str:
    """Place the order; returns its id."""
    require_happened(request.ordered_on, context, where="ordered_on")
    agreement = _agreement(request.agreement)
    _known_model(request.gpu_model)
    agreed.require_within_awards(agreement, request.gpu_model, request.servers)
    return actions.place_order(
        id=request.id,
        agreement=agreement,
        gpu_model=request.gpu_model,
        servers=request.servers,
        ordered_on=request.ordered_on,
    ).pk


def add_cluster(request: AddCluster, context: Context) -> str:
    """Enter the cluster, and its pool if it is new; returns the cluster's id."""
    del context
    agreement = _agreement(request.agreement)
    _known_model(request.gpu_model)
    agreed.require_awarded(agreement, request.gpu_model)
    site = found(queries.sites().filter(pk=request.site).first(), "site", request.site)
    return actions.add_cluster(
        id=request.id,
        pool=_pool(request.pool, agreement, request.gpu_model, request.gpus_per_server),
        site=site,
        provider=agreement.provider_id,
        agreement=agreement,
        gpu_model=request.gpu_model,
        servers=request.servers,
        promised_on=request.promised_on,
        gpus_per_server=request.gpus_per_server,
        servers_per_rack=request.servers_per_rack,
        ports_per_server=request.ports_per_server,
        power_w_per_server=request.power_w_per_server,
    ).pk


def announce_delivery(request: AnnounceDelivery, context: Context) -> str:
    """Announce the consignment; returns its id."""
    del context
    order = found(queries.order(request.order), "order", request.order)
    cluster = found(queries.cluster(request.cluster), "cluster", request.cluster)
    agreed.require_same_servers(order, cluster)
    return actions.expect_delivery(
        id=request.id,
        order=order,
        cluster=cluster,
        servers=request.servers,
        earliest_on=request.earliest_on,
        likely_on=request.likely_on,
        latest_on=request.latest_on,
    ).pk


def record_delivery(request: RecordDelivery, context: Context) -> str:
    """Record the day on which it came; returns the delivery's id."""
    require_happened(request.actual_on, context, where="actual_on")
    delivery = found(queries.delivery(request.delivery), "delivery", request.delivery)
    if request.actual_on < delivery.order.ordered_on:
        raise BadInput(
            f"it was ordered on {delivery.order.ordered_on}, and cannot have come before.",
            where="actual_on",
            todo="Give the day on which it came.",
            code="before_the_order",
            detail={"ordered_on": delivery.order.ordered_on.isoformat()},
        )
    return actions.record_delivery(delivery=delivery, actual_on=request.actual_on).pk


def register_servers(request: RegisterServers, context: Context) -> int:
    """Enter the servers; returns how many."""
    del context
    agreement = _agreement(request.agreement)
    _known_model(request.gpu_model)
    found(parties.organisation(request.owner), "organisation", request.owner)
    agreed.require_owner(agreement, request.owner)
    pool = _pool(request.pool, agreement, request.gpu_model, request.gpus_per_server)
    agreed.require_ordered(pool, len(request.servers))
    cluster = found(queries.cluster(request.cluster), "cluster", request.cluster) if request.cluster else None
    servers = [
        {"pod": request.pod, "owner": request.owner, "own_use": cluster is None, **plain(each)} for each in request.servers
    ]
    return len(actions.register_servers(pool=pool, cluster=cluster, servers=servers))


def put_in_service(request: PutInService, context: Context) -> int:
    """Put the servers in service; returns how many."""
    require_happened(request.accepted_on, context, where="accepted_on")
    if timezone.localdate(request.from_at) < request.accepted_on:
        raise BadInput(
            f"they were accepted on {request.accepted_on}, and serve from then on.",
            where="from_at",
            todo="Begin on that day or later.",
            code="not_accepted",
            detail={"accepted_on": request.accepted_on.isoformat()},
        )
    pool = found(queries.pool(request.pool), "pool", request.pool)
    waiting = queries.servers(pool_id=pool.pk).filter(in_service_from=None)
    ids = set(waiting.values_list("pk", flat=True))
    if off := sorted(set(request.servers) - ids):
        raise BadInput(
            f"{off[0]!r} is not waiting for service in this pool.", where="servers", todo="Check the ids.", code="unknown_id"
        )
    servers = request.servers or sorted(ids)
    agreed.require_come(pool, servers, request.accepted_on)
    return actions.put_in_service(servers=servers, from_at=request.from_at, accepted_on=request.accepted_on)


def set_milestone(request: SetMilestone, context: Context) -> str:
    """Set the dates that are given; returns the milestone's key."""
    if request.actual_on is not None:
        require_happened(request.actual_on, context, where="actual_on")
    dates = {name: value for name in ("promised_on", "actual_on") if (value := getattr(request, name)) is not None}
    cause = {"cause": request.cause} if request.cause else {}
    return actions.set_milestone(programme=context.programme, key=request.key, **dates, **cause).key


def provider_of(request: PlaceOrder | AddCluster | RegisterServers) -> Owners:
    """What happens under an agreement belongs to its provider."""
    agreement = procurement.agreement(request.agreement)
    return Owners(frozenset({agreement.provider_id}) if agreement else frozenset())


def provider_of_order(request: AnnounceDelivery) -> Owners:
    """What is announced of an order belongs to its provider."""
    return _provider_of(queries.order(request.order))


def provider_of_delivery(request: RecordDelivery) -> Owners:
    """A delivery belongs to the provider of its order."""
    delivery = queries.delivery(request.delivery)
    return _provider_of(delivery.order if delivery else None)


def provider_of_site(request: AddSite) -> Owners:
    """A site belongs to the provider that runs it."""
    return Owners(frozenset({request.provider}))


def _provider_of(order: Order | None) -> Owners:
    return Owners(frozenset({order.agreement.provider_id}) if order else frozenset())


def _agreement(agreement_id: str) -> Agreement:
    return found(procurement.agreement(agreement_id), "agreement", agreement_id)


def _known_model(name: str) -> None:
    found(queries.gpu_models().get(name), "GPU model", name)


def _pool(pool_id: str, agreement: Agreement, gpu_model: str, gpus_per_server: int) -> Pool:
    """The pool of that id, entered when it is first met; a pool is of one provider and one model."""
    known = queries.pool(pool_id)
    if known is None:
        return actions.add_pool(id=pool_id, provider=agreement.provider_id, gpu_model=gpu_model, gpus_per_server=gpus_per_server)
    if (known.provider_id, known.gpu_model_id, known.gpus_per_server) != (agreement.provider_id, gpu_model, gpus_per_server):
        raise BadInput(
            f"the pool holds servers of {known.gpu_model_id} at {known.provider_id}.",
            where=f"pool {pool_id}",
            todo="Name another pool.",
            code="other_pool",
        )
    return known
