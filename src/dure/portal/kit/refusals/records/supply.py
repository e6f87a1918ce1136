"""What the tables of supply refuse."""

from django.utils.translation import gettext_noop

CONSTRAINTS = {
    "capacity_is_not_negative": gettext_noop("The servers of a week cannot be negative."),
    "capacity_once_a_week": gettext_noop("The capacity of this cluster in that week is recorded already."),
    "capacity_week_starts_on_monday": gettext_noop("A week of capacity starts on a Monday."),
    "cluster_quantities_are_positive": gettext_noop(
        "A cluster needs at least one server, and each server at least one GPU, one port, some power and room in a rack."
    ),
    "delivery_dates_are_in_order": gettext_noop("The earliest, likely and latest day are not in order."),
    "gpu_model_is_possible": gettext_noop("The figures of the GPU model are not possible."),
    "milestone_key_is_unique": gettext_noop("The milestone exists already."),
    "site_has_a_name": gettext_noop("A site needs a name."),
    "order_is_of_servers": gettext_noop("An order needs at least one server."),
    "pool_servers_have_gpus": gettext_noop("The servers of a pool need at least one GPU each."),
    "public_server_is_in_a_cluster": gettext_noop("A public server must be in a cluster."),
    "readiness_is_possible": gettext_noop("Choose power, cooling, racks, network ports or crews; the level cannot be negative."),
    "readiness_once_a_day": gettext_noop("Two levels of a site begin on the same day."),
    "server_id_names_its_pool": gettext_noop("A server's id begins with its pool and pod."),
    "server_leaves_after_it_came": gettext_noop("A server leaves service after it came into service."),
    "supply_server_serial_key": gettext_noop("Another server has this serial number. Check the number."),
}
TRIGGERS = (
    gettext_noop("server % has leases outside of that time in service"),
    gettext_noop("orders of % servers exceed the % awarded under agreement %"),
    gettext_noop("deliveries of % servers exceed the % of order %"),
    gettext_noop("cluster % is not of pool %"),
    gettext_noop("delivery % came on %"),
)
