"""What a file of `facts/` says of itself. Its rows have the fields of the commands that the script makes of them."""

from typing import Annotated

from msgspec import Meta, Struct

from dure.formats.folder.vocabulary import Names


class About(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is in the file, how sure it is, and where it is from."""

    what: Annotated[Names, Meta(description="what is in it, by language")]
    status: Annotated[str, Meta(min_length=1, description="public, assumed, synthetic or reconstruction")]
    sources: Annotated[tuple[str, ...], Meta(description="where it is from")] = ()
    note: Annotated[str, Meta(description="what was assumed")] = ""
    parts: Annotated[dict[str, str], Meta(description="status of parts that differ")] = {}


class FactsFile(Struct, frozen=True, kw_only=True):
    """`facts/NAME.json`: besides `about` lists of rows and single values under names of their own, which the script asks for."""

    about: Annotated[About, Meta(description="what the file is")]
