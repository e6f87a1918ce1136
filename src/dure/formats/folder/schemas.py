"""The files of a programme's folder by name, each with the struct that reads it."""

from collections.abc import Mapping
from types import MappingProxyType

import msgspec

from dure.formats.folder.calendar import Calendar
from dure.formats.folder.facts import FactsFile
from dure.formats.folder.manifest import Manifest
from dure.formats.folder.script import Script
from dure.formats.folder.usage import MonthOfUse
from dure.formats.folder.vocabulary import Vocabulary

FILES: Mapping[str, type[msgspec.Struct]] = MappingProxyType(
    {
        "programme": Manifest,
        "vocabulary": Vocabulary,
        "calendar": Calendar,
        "facts": FactsFile,
        "script": Script,
        "month_of_use": MonthOfUse,
    }
)
