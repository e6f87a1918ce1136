"""`vocabulary.yaml`: what each id that rules and facts use is called, in every language of the programme."""

from typing import Annotated

from msgspec import Meta, Struct

from dure.formats.kinds import Id, LanguageCode

Names = Annotated[dict[LanguageCode, str], Meta(min_length=1)]
Words = dict[Id, Names]


class Body(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An organisation that takes part by its office: it runs the programme, or offers to it."""

    id: Annotated[Id, Meta(description="stable id")]
    name: Annotated[Names, Meta(description="its name, by language")]
    role: Annotated[Id, Meta(description="by which office it takes part, an id of `roles`")]
    synthetic: Annotated[bool, Meta(description="it is invented")] = False


class Vocabulary(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`vocabulary.yaml`. A list that is left out, or empty, says nothing: its ids are not looked at."""

    sectors: Annotated[Words, Meta(description="sectors, as shares and rounds name them")] = {}
    kinds: Annotated[Words, Meta(description="kinds of applicants")] = {}
    sizes: Annotated[Words, Meta(description="sizes of applicants")] = {}
    regions: Annotated[Words, Meta(description="regions of applicants")] = {}
    purposes: Annotated[Words, Meta(description="purposes of an application, those that are refused among them")] = {}
    uses: Annotated[Words, Meta(description="fields in which GPUs are used")] = {}
    criteria: Annotated[Words, Meta(description="criteria of panels")] = {}
    lines: Annotated[Words, Meta(description="lines of the budget")] = {}
    results: Annotated[Words, Meta(description="kinds of results that holders report")] = {}
    roles: Annotated[Words, Meta(description="roles of organisations: owner, agency, centre, provider")] = {}
    organisations: Annotated[tuple[Body, ...], Meta(description="organisations that take part by their office")] = ()


LISTS = ("sectors", "kinds", "sizes", "regions", "purposes", "uses", "criteria", "lines", "results", "roles")
