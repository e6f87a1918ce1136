"""What are pools called? By whose they are and by their GPUs, and by their id where that would not tell two apart."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from dure.portal.kit.lists.declared import Column
from dure.portal.kit.wording.language import in_language
from dure.portal.kit.wording.words import name
from dure.records.supply import queries as supply


def pool_names() -> Mapping[str, str]:
    """Every pool's name in the reader's language, by its id: one statement, for there are few."""
    pools = supply.pools()
    return told_apart((each.pk, in_language(each.provider.name), each.gpu_model_id) for each in pools)


def pool_column(label: Any) -> Column:
    """The column of a list whose rows lie in pools, and to which `with_pools` adds their names."""
    return Column(key="pool", label=label, source="pool_id", show=lambda row: row["pool_name"])


def with_pools(rows: list[dict[str, Any]]) -> None:
    """Add to rows what their pools are called, which is read once for all."""
    names = pool_names()
    for row in rows:
        row["pool_name"] = name(row.get("pool", ""), names)


def pool_choices() -> list[tuple[str, str]]:
    """Every pool by its id, with its name: what a list is narrowed by."""
    return list(pool_names().items())


def told_apart(pools: Iterable[tuple[str, str, str]]) -> dict[str, str]:
    """Names of pools by id, from their ids, what their providers are called, and their GPU models."""
    called = {key: f"{provider} {model}" for key, provider, model in pools}
    alike = Counter(called.values())
    return {key: text if alike[text] == 1 else f"{text} ({key})" for key, text in called.items()}
