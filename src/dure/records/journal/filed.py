"""An entry by the structs of its decision, so that whoever carries it out reads fields with types and not keys.

Each part is decoded when it is first asked for, straight from the text that is kept: the facts of a national round are 100 MB,
and most of what carries a recommendation out needs none of them. Documents of an earlier version are upgraded first.
"""

from functools import cached_property
from typing import Generic, TypeVar

import msgspec

from dure.formats.kinds import Facts, Part, Recommendation, Rules
from dure.formats.reading import as_struct, struct_of_json
from dure.formats.stages import stage_format
from dure.formats.versions import upgraded, version_of
from dure.records.journal.models import Document, Entry

FactsT = TypeVar("FactsT", bound=Facts)
RulesT = TypeVar("RulesT", bound=Rules)
RecommendationT = TypeVar("RecommendationT", bound=Recommendation)
PartT = TypeVar("PartT", bound=Part)


class Filed(Generic[FactsT, RulesT, RecommendationT]):
    """One recommendation in the journal: `Filed(entry, BudgetFacts, BudgetRules, BudgetRecommendation)`.

    Raises `ValueError` where these are not the structs of the entry's decision. A part raises `BadInput` where its document is
    not of its format, or of a version that is not known; and `ValueError` where the entry is an answer, which has none.
    """

    def __init__(self, entry: Entry, facts: type[FactsT], rules: type[RulesT], recommendation: type[RecommendationT]) -> None:
        if stage_format(entry.decision) != (facts, rules, recommendation):
            raise ValueError(f"journal entry {entry.seq} decides {entry.decision}: it has no {recommendation.__name__}")
        self.entry = entry
        self._kinds = (facts, rules, recommendation)

    @cached_property
    def facts(self) -> FactsT:
        return self._read("facts", self.entry.facts, self._kinds[0])

    @cached_property
    def rules(self) -> RulesT:
        return self._read("rules", self.entry.rules, self._kinds[1])

    @cached_property
    def recommendation(self) -> RecommendationT:
        return self._read("recommendation", self.entry.recommendation, self._kinds[2])

    def count(self, name: str) -> int:
        """How many items that list of the facts has; none of them is read where the facts are of the version of today."""
        document = self.entry.facts
        if document is None or self.entry.format_version != version_of(self.entry.decision):
            return len(getattr(self.facts, name))
        return len(msgspec.json.decode(document.top_level()[name], type=list[msgspec.Raw]))

    def _read(self, part: str, document: Document | None, kind: type[PartT]) -> PartT:
        if document is None:
            raise ValueError(f"journal entry {self.entry.seq} is an answer: it has no {part}")
        decision, version = self.entry.decision, self.entry.format_version
        where = f"{part} of journal entry {self.entry.seq}"
        if version == version_of(decision):
            return struct_of_json(document.text(), kind, where=where)
        return as_struct(upgraded(decision, part, document.value(), version=version, where=where), kind, where=where)
