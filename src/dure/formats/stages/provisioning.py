"""provisioning: grants and what the cluster has become an ordered list of changes.

Attributes, as wanted and as a connector reads them back (lists have no order; null is the same as absent):

| kind | name | attributes |
|---|---|---|
| account | derived from the grant | `organization` |
| qos | the account's | `flags` [..], `grp_tres` {`gres/gpu`, `node`}, `grp_tres_mins` {`gres/gpu`} or {} |
| association | `ACCOUNT/LOGIN` | `account`, `user`, `partition`, `qos` [..], `default_qos` |
| reservation | the account's | `accounts` [..], `partition`, `nodes` [..], `start`, `end` (RFC 3339), `flags` [..] |

Attributes beyond these are left as they are. `flags` are those that were set, without what the
scheduler adds of itself (`SPEC_NODES`). Deleting an association ends the person's jobs first. Limits
are on the untyped `gres/gpu`: a request without a type passes by a typed one.
"""

from typing import Any, ClassVar, Literal

from dure.formats.kinds import SPAN, Count, Facts, Id, Instant, Part, Positive, Recommendation, Rules

Kind = Literal["account", "qos", "association", "reservation"]


class ProvisionGrant(Part, frozen=True, kw_only=True, rename=SPAN):
    """What one grant must be able to use, from when to when, and who; `people` are login names on the cluster."""

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

    kind: Kind
    name: Id
    attributes: dict[str, Any] = {}


class ProvisioningFacts(Facts, frozen=True, kw_only=True):
    """`node_names`: the cluster's name of a server, where it is not the server's id."""

    as_of: Instant
    cluster: Id
    grants: tuple[ProvisionGrant, ...]
    observed: tuple[Observed, ...]
    node_names: dict[Id, Id] = {}


class ProvisioningRules(Rules, frozen=True, kw_only=True):
    """`name_prefix` marks what is ours; `lead_minutes`: how long before the start things are made ready.

    People are let in at the start and out at the end; what is still there `access_ends_within_minutes`
    after the end is reported as late.
    """

    topic: ClassVar[str] = "provisioning"
    name_prefix: Id
    qos_flags: tuple[Id, ...]
    lead_minutes: Count
    access_ends_within_minutes: Count


class Change(Part, frozen=True, kw_only=True):
    """One step, in order; `undo` brings back what was there.

    `set`: all attributes of what is created, the changed ones of what is modified, none of what is
    deleted. `undo`: all attributes of what is deleted, the former ones of what is modified (null: it
    had none), none of what is created. `grant` is empty when no grant of the facts bears the name.
    """

    order: Positive
    action: Literal["create", "modify", "delete"]
    kind: Kind
    name: Id
    set: dict[str, Any]
    undo: dict[str, Any]
    grant: Id | None = None


class ProvisioningRecommendation(Recommendation, frozen=True, kw_only=True):
    """`unchanged`: ours and already right; `foreign`: not ours, left alone. Both as `KIND:NAME`."""

    changes: tuple[Change, ...]
    unchanged: tuple[Id, ...]
    foreign: tuple[Id, ...]
