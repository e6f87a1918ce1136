"""What is ordered, delivered, built and put into service."""

from typing import Annotated

from msgspec import Meta

from dure.formats.commands.kinds import Command, Key, NewKey
from dure.formats.kinds import Amount, Date, Instant, Names, Part, Positive
from dure.formats.stages.buildout import Cause, Cluster, LevelFrom, Site


class AddGpuModel(Command, frozen=True, kw_only=True):
    """Enter a GPU model that proposals and servers name."""

    id: Annotated[Key, Meta(description="name under which the maker sells it")]
    relative_compute: Annotated[Amount, Meta(description="compute of one GPU against the programme's reference model")]
    gpus_per_server: Annotated[Positive, Meta(description="GPUs in one server of this model")]


class AddSite(Command, frozen=True, kw_only=True):
    """Enter a data centre with what it can carry from which day on."""

    id: Annotated[NewKey, Meta(description="stable id of the site")]
    name: Annotated[Names, Meta(description="name in the programme's languages; the first is required")]
    provider: Annotated[Key, Meta(description="organisation that runs the site")]
    power_kw: Annotated[tuple[LevelFrom, ...], Meta(description="power in kilowatts, a step function by day")] = ()
    cooling_kw: Annotated[tuple[LevelFrom, ...], Meta(description="cooling in kilowatts, a step function by day")] = ()
    racks: Annotated[tuple[LevelFrom, ...], Meta(description="rack positions, a step function by day")] = ()
    network_ports: Annotated[tuple[LevelFrom, ...], Meta(description="network ports, a step function by day")] = ()
    crews: Annotated[tuple[LevelFrom, ...], Meta(description="installation crews, a step function by day")] = ()


class PlaceOrder(Command, frozen=True, kw_only=True):
    """Order servers under an agreement, never more than were awarded."""

    id: Annotated[NewKey, Meta(description="id of the order, chosen once")]
    agreement: Annotated[Key, Meta(description="agreement under which it is placed")]
    gpu_model: Annotated[Key, Meta(description="accelerator that all of them carry")]
    servers: Annotated[Positive, Meta(description="servers ordered")]
    ordered_on: Annotated[Date, Meta(description="day on which it was placed with the maker")]


class AddCluster(Command, frozen=True, kw_only=True):
    """Enter a cluster that is built under an agreement: a pod of its pool, and the pool if it is new."""

    id: Annotated[NewKey, Meta(description="stable id of the cluster")]
    agreement: Annotated[Key, Meta(description="agreement under which it is built")]
    site: Annotated[Key, Meta(description="data centre where it stands")]
    pool: Annotated[Key, Meta(description="pool whose servers are leased alike; entered when it is new")]
    gpu_model: Annotated[Key, Meta(description="GPU model of all its servers")]
    gpus_per_server: Annotated[Positive, Meta(description="GPUs in one of its servers")]
    servers: Annotated[Positive, Meta(description="servers planned")]
    servers_per_rack: Annotated[Positive, Meta(description="how many fit into one rack position")]
    ports_per_server: Annotated[Positive, Meta(description="network ports that one server takes")]
    power_w_per_server: Annotated[Positive, Meta(description="power of one server in watts")]
    promised_on: Annotated[Date, Meta(description="day on which service was promised")]


class AnnounceDelivery(Command, frozen=True, kw_only=True):
    """Announce a consignment of an order to a cluster with its earliest, likely and latest day."""

    id: Annotated[Key, Meta(description="id of the delivery, chosen once")]
    order: Annotated[Key, Meta(description="order that it belongs to")]
    cluster: Annotated[Key, Meta(description="cluster that it is for")]
    servers: Annotated[Positive, Meta(description="servers in the consignment")]
    earliest_on: Annotated[Date, Meta(description="earliest possible day")]
    likely_on: Annotated[Date, Meta(description="most likely day")]
    latest_on: Annotated[Date, Meta(description="latest possible day")]


class RecordDelivery(Command, frozen=True, kw_only=True):
    """Record the day on which a consignment came; a day once recorded stays."""

    delivery: Annotated[Key, Meta(description="stable id under which it was announced")]
    actual_on: Annotated[Date, Meta(description="day on which it came")]


class NewServer(Part, frozen=True, kw_only=True):
    """One server that was ordered."""

    id: Annotated[Key, Meta(description="stable id, POOL/POD/NUMBER")]
    serial: Annotated[str, Meta(min_length=1, max_length=80, description="maker's serial number, unique in the register")]
    gpu_uuids: Annotated[
        tuple[Key, ...], Meta(max_length=512, description="identifiers of its GPUs; empty until they are read")
    ] = ()


class RegisterServers(Command, frozen=True, kw_only=True):
    """Enter servers into the asset register. Without a cluster they are the provider's own part of a pool, never leased."""

    agreement: Annotated[Key, Meta(description="agreement under which they were bought")]
    pool: Annotated[Key, Meta(description="pool that they belong to; entered when it is new and the servers are own use")]
    pod: Annotated[Key, Meta(description="pod of the pool")]
    cluster: Annotated[Key | None, Meta(description="cluster in which they stand; null for the provider's own use")] = None
    gpu_model: Annotated[Key, Meta(description="accelerator that all of them carry")]
    gpus_per_server: Annotated[Positive, Meta(description="GPUs in one of them")]
    owner: Annotated[Key, Meta(description="organisation that owns them")]
    servers: Annotated[
        tuple[NewServer, ...],
        Meta(min_length=1, max_length=50_000, description="servers one by one, whether they have been delivered or not"),
    ]


class PutInService(Command, frozen=True, kw_only=True):
    """Servers enter service after acceptance, and can be leased from then on."""

    pool: Annotated[Key, Meta(description="pool of the servers")]
    servers: Annotated[
        tuple[Key, ...], Meta(max_length=50_000, description="servers of that pool; empty means all that are not in service")
    ] = ()
    from_at: Annotated[Instant, Meta(description="first instant in service")]
    accepted_on: Annotated[Date, Meta(description="day of acceptance")]


class ReportBuildout(Command, frozen=True, kw_only=True):
    """State what is known of sites, clusters and deliveries today: what the build-out forecast is made from."""

    start_on: Annotated[Date, Meta(description="Monday of the first week of the calendar")]
    weeks: Annotated[int, Meta(ge=1, le=520, description="weeks that the calendar covers")]
    seed: Annotated[Key, Meta(description="published seed of the simulation")]
    sites: Annotated[tuple[Site, ...], Meta(min_length=1, description="sites with what each can carry by day")]
    clusters: Annotated[tuple[Cluster, ...], Meta(min_length=1, description="clusters with their deliveries, expected or come")]
    causes: Annotated[tuple[Cause, ...], Meta(description="earlier milestones that were late")] = ()
    holidays: Annotated[tuple[Date, ...], Meta(description="days on which nobody works")] = ()
