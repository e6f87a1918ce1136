"""What the tables of allocation refuse."""

from django.utils.translation import gettext_noop

CONSTRAINTS = {
    "allocation_solve_job_id_key": gettext_noop("Another run of a round belongs to this work in the background."),
    "allocation_plan_entry_id_key": gettext_noop("The plan of this decision is recorded already."),
    "grant_is_of_servers": gettext_noop("A grant needs at least one server, a value of at least 0, and an id without “#”."),
    "grant_once_per_round": gettext_noop("The application has a grant of this round already."),
    "grant_period_is_half_open": gettext_noop("A grant needs a start and a later end."),
    "lease_ends_early_for_a_reason": gettext_noop("A lease that ends early needs a reason."),
    "lease_period_is_half_open": gettext_noop("A lease needs a start and a later end."),
    "plan_is_within_its_bound": gettext_noop("The value of a plan cannot exceed its bound."),
    "round_is_solved_once_at_a_time": gettext_noop("The round is being solved."),
    "round_starts_on_a_monday": gettext_noop("A round starts on a Monday and lasts at least one week."),
    "server_is_leased_once_at_a_time": gettext_noop("A server is leased at that time already."),
    "share_is_a_share": gettext_noop("A sector's share must lie between 0 and 1."),
    "share_once_per_sector": gettext_noop("Each sector has only one share from a given day."),
    "share_set_once_a_day": gettext_noop("Shares of that day are in force already."),
    "solve_ends_in_one_way": gettext_noop("A run is either filed, failed or stopped, and only once it has ended."),
    "solve_is_stopped_by_asking": gettext_noop("A run is stopped only after somebody has asked for it."),
    "waiting_once_per_round": gettext_noop("The application waits in this round already."),
    "waiting_place_is_unique": gettext_noop("Another application has this place on the waiting list."),
    "waiting_place_starts_at_one": gettext_noop("Places on a waiting list are counted from 1."),
}
TRIGGERS = (
    gettext_noop("solve % has ended and stays as it is"),
    gettext_noop("journal entry % is no allocation of round %"),
    gettext_noop("shares sum to %, not to 1"),
    gettext_noop("a set of shares without shares"),
    gettext_noop("a lease may only end earlier"),
    gettext_noop("server % is not of pool %"),
    gettext_noop("the lease of server % reaches beyond its grant %"),
    gettext_noop("server % is not in public service during %"),
    gettext_noop("leases are kept; end them instead"),
    gettext_noop("the leases of grant % exceed its % servers"),
    gettext_noop("server % was leased and never becomes own use"),
    gettext_noop("servers of round % are granted, and its terms stay"),
    gettext_noop("a lease ends early now, not at another time"),
)
