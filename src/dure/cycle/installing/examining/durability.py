"""Does what was acknowledged outlive a power cut, a silent fault of a disk, and the loss of the database's server?"""

from django.db import connection

_SETTINGS = (
    "SELECT name, setting FROM pg_settings WHERE name IN "
    "('fsync', 'full_page_writes', 'synchronous_commit', 'synchronous_standby_names', 'data_checksums')"
)
# Whoever may not see the state of a standby sees a row without it.
_STANDBYS = (
    "SELECT count(*), count(sync_state), count(*) FILTER (WHERE sync_state IN ('sync', 'quorum')) FROM pg_stat_replication"
)
_LOST_WITH_THE_FIRST = (
    "several servers are named, and no commit waits for a second one: what was acknowledged can be lost with the first; set "
    "synchronous_standby_names on the primary."
)
_WEAK = {"fsync": ("off",), "full_page_writes": ("off",), "synchronous_commit": ("off", "local")}


def remarks() -> list[str]:
    """What is wrong with it, a sentence each."""
    with connection.cursor() as cursor:
        cursor.execute(_SETTINGS)
        settings: dict[str, str] = dict(cursor.fetchall())
        cursor.execute(_STANDBYS)
        standbys = cursor.fetchone() or (0, 0, 0)
    several = "," in str(connection.settings_dict["HOST"])
    return [*_of_writing(settings), *_of_standbys(bool(settings["synchronous_standby_names"]), *standbys, several=several)]


def _of_writing(settings: dict[str, str]) -> list[str]:
    found = [
        f"{name} is {settings[name]}: what was acknowledged is lost when the database's server falls; set it to on."
        for name, weak in _WEAK.items()
        if settings.get(name) in weak
    ]
    if settings.get("data_checksums") == "off":
        found.append(
            "data_checksums is off, so a fault of the disk is not noticed: stop PostgreSQL and run pg_checksums --enable."
        )
    return found


def _of_standbys(waits: bool, there: int, seen: int, confirming: int, *, several: bool) -> list[str]:
    """`waits`: does each commit wait for a standby? Then one must be there."""
    if not waits:
        return [_LOST_WITH_THE_FIRST] if several else []
    if confirming:
        return []
    if there > seen:
        return ["whether a standby confirms cannot be seen by this log-in: set DURE_ADMIN_URL, or grant it pg_read_all_stats."]
    return ["no standby confirms, and every command waits for one: bring one back, or empty synchronous_standby_names meanwhile."]
