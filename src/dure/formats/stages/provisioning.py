"""provisioning: grants and what the cluster has become an ordered list of changes."""

from typing import Any, ClassVar, Literal

from dure.formats.kinds import SPAN, Count, Facts, Id, Instant, Part, Positive, Recommendation, Rules


class ProvisionGrant(Part, frozen=True, kw_only=True, rename=SPAN):
    """What one grant must be able to use, from when to when, and who."""

    id: Id
    organisation: Id
    partition: Id
    people: tuple[Id, ...]
    servers: tuple[Id, ...]
    gpus_per_server: Positive
    from_at: Instant
    to_at: Instant
    gpu_hours: Count | None = None
    mode: Literal["dedicated", "elastic"] = "dedicated"


class Observed(Part, frozen=True, kw_only=True):
    """One object that the cluster has: its kind, name and attributes as read back."""

    kind: Literal["account", "qos", "association", "reservation"]
    name: Id
    attributes: dict[str, Any] = {}


class ProvisioningFacts(Facts, frozen=True, kw_only=True):
    as_of: Instant
    cluster: Id
    grants: tuple[ProvisionGrant, ...]
    observed: tuple[Observed, ...]


class ProvisioningRules(Rules, frozen=True, kw_only=True):
    """`name_prefix` marks what is ours; `lead_minutes`: how long before the start things are made ready."""

    topic: ClassVar[str] = "provisioning"
    name_prefix: Id
    qos_flags: tuple[Id, ...]
    lead_minutes: Count
    access_ends_within_minutes: Count


class Change(Part, frozen=True, kw_only=True):
    """One step, in order; `undo` brings back what was there."""

    order: Positive
    action: Literal["create", "modify", "delete"]
    kind: Literal["account", "qos", "association", "reservation"]
    name: Id
    set: dict[str, Any]
    undo: dict[str, Any]
    grant: Id


class ProvisioningRecommendation(Recommendation, frozen=True, kw_only=True):
    """`unchanged`: ours and already right; `foreign`: not ours, left alone."""

    changes: tuple[Change, ...]
    unchanged: tuple[Id, ...]
    foreign: tuple[Id, ...]
