"""Whose case does a decision judge? As `cycle.gainers` has it, which says why, told from the export's own rows."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from dure.evidence.holding import Held, Row

JUDGED: Mapping[str, tuple[tuple[str, str], ...]] = {
    "evaluation": (("proposal", "ranking.proposal"), ("application", "ranking.proposal")),
    "eligibility": (("application", "results.application"),),
    "portfolio": (("proposal", "awards.proposal"), ("lot", "reasons.item")),
    "buildout": (("cluster", "clusters.cluster"),),
    "allocation": (("application", "grants.application"), ("application", "reasons.item")),
    "provisioning": (("lease", "changes.grant"),),
    "metering": (
        ("lease", "usage.lease"), ("organisation", "usage.organisation"), ("server", "states.server"),
        ("organisation", "own_use.provider"),
    ),
    "burden": (("organisation", "rates.organisation"),),
    "settlement": (
        ("organisation", "balances.organisation"), ("lease", "invoices.lines.lease"), ("organisation", "providers.provider"),
    ),
    "reclaim": (("lease", "proposals.lease"), ("application", "regrants.application"), ("application", "reasons.item")),
}  # fmt: skip


class Owners:
    """By kind of thing whose each is."""

    def __init__(self, held: Held) -> None:
        self._held = held

    def of(self, kind: str, key: str) -> set[str]:
        """The organisations to which it belongs: none where the export does not say, several for a lot's ambiguous key."""
        if kind == "organisation":
            return {key}
        if kind == "lot":
            return {self.proposal[key[:end]] for end, each in enumerate(key) if each == "/" and key[:end] in self.proposal}
        if kind == "lease":
            grant, mark, part = key.rpartition("#")
            key = grant if mark and part.isdecimal() else key
        owner = getattr(self, kind).get(key)
        return {owner} if owner else set()

    @cached_property
    def proposal(self) -> dict[str, str]:
        """Providers."""
        return self._columns("proposals", "provider")

    @cached_property
    def application(self) -> dict[str, str]:
        """Who applied."""
        return self._columns("applications", "organisation")

    @cached_property
    def lease(self) -> dict[str, str]:
        """Holders of grants."""
        return self._through("grants", "application", self.application)

    @cached_property
    def server(self) -> dict[str, str]:
        """Providers of the servers' pools."""
        return self._through("servers", "pool", self._columns("pools", "provider"))

    @cached_property
    def cluster(self) -> dict[str, str]:
        """Providers of the clusters' pools."""
        return self._through("clusters", "pool", self._columns("pools", "provider"))

    def _columns(self, part: str, column: str) -> dict[str, str]:
        return {each["id"]: each[column] for each in self._held.table(part)}

    def _through(self, part: str, column: str, owners: Mapping[str, str]) -> dict[str, str]:
        return {each["id"]: owners.get(each[column], "") for each in self._held.table(part)}


def gainers(held: Held, owners: Owners, entry: Row) -> set[str]:
    """The organisations whose case that recommendation judges; none where the export leaves it out."""
    named = JUDGED.get(entry["decision"])
    made = held.document(entry, "recommendation") if named else None
    if not named or made is None:
        return set()
    return {each for kind, path in named for key in set(_at(made, path.split("."))) for each in owners.of(kind, key)}


def _at(value: Any, path: list[str]) -> Iterator[str]:
    if isinstance(value, list):
        for each in value:
            yield from _at(each, path)
    elif path:
        yield from _at(value.get(path[0]), path[1:])
    elif value is not None:
        yield value
