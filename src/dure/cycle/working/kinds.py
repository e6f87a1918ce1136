"""The kinds of jobs: who does each, in which queue it waits, and how often it is tried."""

from collections.abc import Callable
from typing import Any, Literal, NamedTuple

from django.conf import settings
from django.utils.module_loading import import_string

from dure.formats.errors import BadInput
from dure.records.work.models import Job, Queue

Ending = Callable[[], Any]  # writes what was found, and returns the outcome in plain values
Says = Callable[..., None]  # stage, done and total, as in `Report`
Does = Callable[[Job, Says], Ending]
Within = Literal["", "snapshot", "end"]
Ended = Callable[[Job, str], None]


class Kind(NamedTuple):
    """What is done for a job of that kind; functions are given by their dotted names, for some stand above this room.

    `does`: works and reports, writes nothing, and returns what is to be done in the transaction in which the job ends. `ended`:
    is called in the transaction in which the job fails, or is cancelled (with an empty failure). `again`: asks for it again,
    where that takes more than another job with the same inputs. `tries`: how often it is begun before it is given up. `within`:
    it reads one `snapshot`; or it writes, and is the transaction of its own `end`, of which a killed process leaves nothing.
    """

    does: str
    queue: str = Queue.LONG
    ended: str = ""
    again: str = ""
    tries: int = 3
    within: Within = ""

    def function(self) -> Does:
        found: Does = import_string(self.does)
        return found

    def close(self, job: Job, failure: str) -> None:
        """What else ends where the job ends without an outcome."""
        if self.ended:
            import_string(self.ended)(job, failure)


KINDS = {
    "solve": Kind(
        "dure.cycle.stem.solving.solve",
        ended="dure.cycle.stem.solving.ended_without",
        again="dure.cycle.stem.solving.again",
    ),
    "explain": Kind("dure.cycle.people.explanations.explain_filed", queue=Queue.SHORT),
    "import": Kind("dure.cycle.working.importing.carry_out", within="end"),
    "verify": Kind("dure.cycle.working.checks.verify_journal"),
    "replay": Kind("dure.cycle.working.checks.replay_entry"),
    "invariants": Kind("dure.cycle.working.checks.check_invariants", queue=Queue.SHORT),
}


def kind_of(name: str) -> Kind:
    """The kind of that name, of ours or of the portal's (`settings.DURE_WORK`), which stands above the cycle."""
    known = {**KINDS, **{key: Kind(**value) for key, value in settings.DURE_WORK.items()}}
    if name not in known:
        raise BadInput(f"there is no work of the kind {name!r}.", where="job", todo=f"Kinds: {', '.join(sorted(known))}.")
    return known[name]
