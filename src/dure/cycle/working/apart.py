"""For work that is one transaction: the snapshot that it reads, and reports over a connection of their own, which others see."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Self

from django.db import connection, transaction

from dure.cycle.working.reporting import EVERY, Report


@contextmanager
def snapshot() -> Iterator[None]:
    """Everything is read as it stood at the first statement, and nothing is written; within a transaction, as that sees it."""
    within = connection.in_atomic_block
    with transaction.atomic(), connection.cursor() as cursor:
        if not within:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


class Apart:
    """A report that a thread hands on: it notes what the work said last, and raises what that came to at its next word."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._said: tuple[str, int | None, int | None] = ("begun", None, None)
        self._answer: Exception | None = None
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._hand_on, name="reports", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_raised: object) -> None:
        self._over.set()
        self._thread.join()

    def __call__(self, stage: str, done: int | None = None, total: int | None = None) -> None:
        """How far it is; raises what the last report came to, where the work may not go on."""
        self._said = (stage, done, total)
        if self._answer is not None:
            raise self._answer

    def _hand_on(self) -> None:
        try:
            while not self._over.wait(EVERY):
                self._report(*self._said)
        except Exception as error:  # noqa: BLE001 - cancelled, put back, or the database failed: the work ends with it
            self._answer = error
        finally:
            connection.close()
