"""Servers and GPUs are never rewritten: a swapped one is registered anew. What was leased never becomes own use."""

from django.db import migrations

from dure.records.journal.guards import keeps, only_grows, pin_functions


class Migration(migrations.Migration):
    dependencies = [("supply", "0001_initial"), ("journal", "0008_boundary")]

    operations = [
        only_grows("supply_gpumodel"),
        only_grows("supply_site"),
        only_grows("supply_sitereadiness"),
        only_grows("supply_pool"),
        only_grows("supply_cluster"),
        only_grows("supply_gpu"),
        keeps(
            "supply_delivery", "id", "order_id", "cluster_id", "servers", "earliest_on", "likely_on", "latest_on"
        ),
        keeps("supply_server", "id", "pool_id", "cluster_id", "pod", "serial", "owner", "delivery_id"),
        keeps("supply_milestone", "id", "programme", "key"),
        keeps("supply_capacityweek", "id", "cluster_id", "week_on"),
        pin_functions(),
    ]
