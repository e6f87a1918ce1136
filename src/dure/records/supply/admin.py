"""The operator's view of what is built."""

from django.contrib import admin

from dure.records.journal.admin import LookOnly
from dure.records.supply.models import CapacityWeek, Cluster, Delivery, GpuModel, Milestone, Order, Server, Site


@admin.register(GpuModel, Site, Order, Delivery)
class PlainAdmin(LookOnly):
    list_display = ("__str__",)


@admin.register(Cluster)
class ClusterAdmin(LookOnly):
    list_display = (
        "id",
        "provider",
        "gpu_model",
        "servers_planned",
        "promised_on",
    )


@admin.register(Server)
class ServerAdmin(LookOnly):
    list_display = (
        "id",
        "serial",
        "owner",
        "in_service_from",
        "in_service_to",
    )
    search_fields = (
        "id",
        "serial",
    )


@admin.register(Milestone)
class MilestoneAdmin(LookOnly):
    list_display = (
        "programme",
        "key",
        "promised_on",
        "forecast_on",
        "actual_on",
    )


@admin.register(CapacityWeek)
class CapacityAdmin(LookOnly):
    list_display = (
        "cluster",
        "week_on",
        "plan",
        "p50",
        "p90",
        "actual",
    )
