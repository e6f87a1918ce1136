"""Does every id that edited facts name exist in the records? So that an approval never fails for a name nobody knows."""

from collections.abc import Iterator
from typing import Any

from dure.formats.errors import BadInput
from dure.records.allocation.models import Grant, grant_and_part
from dure.records.demand.models import Application
from dure.records.parties.models import Organisation
from dure.records.procurement.models import Proposal
from dure.records.supply.models import Cluster, GpuModel, Pool, Server

MODELS: dict[str, tuple[Any, ...]] = {
    "organisation": (Organisation,),
    "proposal": (Proposal,),
    "application": (Application,),
    "GPU model": (GpuModel,),
    "cluster": (Cluster,),
    "pool": (Pool,),
    "server": (Server,),
    "lease": (Grant,),
    "proposal or application": (Proposal, Application),
}
# By decision: where its facts name something that an approval writes about. `*` walks a list.
NAMED: dict[str, dict[str, str]] = {
    "evaluation": {"proposals.*.id": "proposal or application"},
    "portfolio": {
        "proposals.*.id": "proposal",
        "proposals.*.provider": "organisation",
        "proposals.*.lots.*.gpu_model": "GPU model",
    },
    "buildout": {"clusters.*.id": "cluster", "clusters.*.provider": "organisation"},
    "eligibility": {"applicants.*.id": "organisation", "applications.*.id": "application"},
    "allocation": {
        "pools.*.id": "pool",
        "pools.*.pods.*.servers.*": "server",
        "applications.*.id": "application",
        "applications.*.organisation": "organisation",
    },
    "provisioning": {"grants.*.id": "lease", "grants.*.servers.*": "server"},
    "metering": {"servers.*.id": "server", "leases.*.id": "lease"},
    "reclaim": {"leases.*.id": "lease", "waiting.*.application": "application"},
    "burden": {"organisations.*.id": "organisation"},
    "settlement": {
        "organisations.*.id": "organisation",
        "usage.*.lease": "lease",
        "previous.*.line.lease": "lease",
        "providers.*.provider": "organisation",
    },
    "outcomes": {"grants.*.id": "lease"},
}
AT_ONCE = 5000


def require_known_ids(decision: str, facts: dict[str, Any]) -> None:
    """Raise `BadInput` with code `unknown_id` for the first id that no record has."""
    for path, kind in NAMED.get(decision, {}).items():
        named = sorted({_record_id(kind, each) for each in _at(facts, path.split(".")) if isinstance(each, str)})
        for place in range(0, len(named), AT_ONCE):
            part = named[place : place + AT_ONCE]
            known = {found for model in MODELS[kind] for found in model.objects.filter(pk__in=part).values_list("pk", flat=True)}
            if missing := next((each for each in part if each not in known), None):
                raise BadInput(
                    f"there is no {kind} {missing!r}.",
                    where=f"facts of {decision}, {path}",
                    todo="Facts may only name what the records hold.",
                    code="unknown_id",
                    detail={"what": kind, "id": missing},
                )


def _record_id(kind: str, named: str) -> str:
    return grant_and_part(named)[0] if kind == "lease" else named


def _at(value: Any, path: list[str]) -> Iterator[Any]:
    """Every value at that path; where the shape is another, there is none: the format's own reading says so."""
    if not path:
        yield value
    elif path[0] == "*" and isinstance(value, list | tuple):
        for each in value:
            yield from _at(each, path[1:])
    elif isinstance(value, dict) and path[0] in value:
        yield from _at(value[path[0]], path[1:])
