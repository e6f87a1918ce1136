"""The changes of the parties' tables as they are, and one more."""

from dure.records.parties import migrations

__path__ = [*__path__, *migrations.__path__]
