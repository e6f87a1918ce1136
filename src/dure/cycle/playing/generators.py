"""What a script may have drawn, by name: what nobody recorded, made from facts and from what was decided, always the same."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from dure.cycle.playing.recorded_month import month_of_use

GENERATORS: Mapping[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = MappingProxyType({"month_of_use": month_of_use})
