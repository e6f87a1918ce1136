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

from typing import Annotated, Any, ClassVar, Literal

from msgspec import Meta

from dure.formats.kinds import SPAN, Count, Facts, Id, Instant, Part, Positive, Recommendation, Rules

Kind = Literal["account", "qos", "association", "reservation"]


class ProvisionGrant(Part, frozen=True, kw_only=True, rename=SPAN):
    """What one grant must be able to use."""

    id: Annotated[Id, Meta(description="unique in the file; names on the cluster are derived from it")]
    organisation: Annotated[Id, Meta(description="holder, shown as the account's label")]
    partition: Annotated[Id, Meta(description="partition of the cluster that its jobs run in")]
    people: Annotated[tuple[Id, ...], Meta(description="log-in names on the cluster")]
    servers: Annotated[tuple[Id, ...], Meta(description="ids of those granted; for an elastic grant only their number counts")]
    gpus_per_server: Annotated[Positive, Meta(description="GPUs in each of them")]
    from_at: Annotated[Instant, Meta(description="first instant at which people have access")]
    to_at: Annotated[Instant, Meta(description="first instant at which they have none")]
    gpu_hours: Annotated[Count | None, Meta(description="budget enforced by the scheduler; null: no limit")] = None
    mode: Annotated[
        Literal["dedicated", "elastic"],
        Meta(description="`dedicated`: these servers are reserved; `elastic`: any servers, up to that number"),
    ] = "dedicated"


class Observed(Part, frozen=True, kw_only=True):
    """One object as read back from the cluster."""

    kind: Annotated[Kind, Meta(description="sort of object, as in the module's table")]
    name: Annotated[Id, Meta(description="its name on the cluster")]
    attributes: Annotated[dict[str, Any], Meta(description="by the names in the module's table; empty: none were read")] = {}


class ProvisioningFacts(Facts, frozen=True, kw_only=True):
    as_of: Annotated[Instant, Meta(description="instant for which the cluster should be right")]
    cluster: Annotated[Id, Meta(description="the one to be changed")]
    grants: Annotated[tuple[ProvisionGrant, ...], Meta(description="every grant on the cluster, future and ended ones included")]
    observed: Annotated[tuple[Observed, ...], Meta(description="everything that a connector read back, foreign objects included")]
    node_names: Annotated[dict[Id, Id], Meta(description="cluster's name of a server, by server id; absent: the id itself")] = {}


class ProvisioningRules(Rules, frozen=True, kw_only=True):
    topic: ClassVar[str] = "provisioning"
    name_prefix: Annotated[Id, Meta(description="marks objects made from grants; nothing else is ever touched")]
    qos_flags: Annotated[tuple[Id, ...], Meta(description="scheduler flags set on every grant's QOS")]
    lead_minutes: Annotated[Count, Meta(description="minutes before the start at which account, limits and reservation are made")]
    access_ends_within_minutes: Annotated[
        Count, Meta(description="minutes after the end from which remaining access is reported as late")
    ]


class Change(Part, frozen=True, kw_only=True):
    """One step on the cluster."""

    order: Annotated[Positive, Meta(description="position in the sequence, from 1")]
    action: Annotated[Literal["create", "modify", "delete"], Meta(description="operation on the object")]
    kind: Annotated[Kind, Meta(description="sort of object, as in the module's table")]
    name: Annotated[Id, Meta(description="its name on the cluster")]
    set: Annotated[
        dict[str, Any],
        Meta(description="attributes to write: all on creation, the changed ones on modification, none on deletion"),
    ]
    undo: Annotated[
        dict[str, Any], Meta(description="attributes that restore the former state; null: there was no such attribute")
    ]
    grant: Annotated[Id | None, Meta(description="grant that the object belongs to; null: none of the facts")] = None


class ProvisioningRecommendation(Recommendation, frozen=True, kw_only=True):
    changes: Annotated[tuple[Change, ...], Meta(description="steps in the order in which they must be applied")]
    unchanged: Annotated[tuple[Id, ...], Meta(description="objects of ours that are already right, as `KIND:NAME`")]
    foreign: Annotated[tuple[Id, ...], Meta(description="objects without our prefix, left alone, as `KIND:NAME`")]
