"""What is ordered, delivered, built and in service: from sites down to single servers."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from dure.records.journal.fields import ExactField
from dure.records.journal.names import Names, said, usually
from dure.records.parties.models import Organisation
from dure.records.procurement.models import Agreement


class GpuModel(models.Model):
    """A kind of accelerator; `relative_compute` against the reference model."""

    id = models.CharField(primary_key=True, max_length=40)
    relative_compute = ExactField(max_digits=12, decimal_places=6)
    gpus_per_server = models.IntegerField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(relative_compute__gt=0, gpus_per_server__gt=0), name="gpu_model_is_possible")
        ]

    def __str__(self) -> str:
        return self.id


class Site(models.Model):
    """A data centre."""

    id = models.CharField(primary_key=True, max_length=160)
    name = Names()
    provider = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="sites")
    region = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [models.CheckConstraint(condition=said("name"), name="site_has_a_name")]

    def __str__(self) -> str:
        return usually(self.name)


class SiteReadiness(models.Model):
    """What the site can carry from a day on: a step function per resource."""

    class Resource(models.TextChoices):
        POWER = "power_kw"
        COOLING = "cooling_kw"
        RACKS = "racks"
        NETWORK = "network_ports"
        CREWS = "crews"

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="readiness")
    resource = models.CharField(max_length=16, choices=Resource.choices)
    from_on = models.DateField()
    value = models.IntegerField()

    class Meta:
        ordering: ClassVar = ["site", "resource", "from_on"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["site", "resource", "from_on"], name="readiness_once_a_day"),
            models.CheckConstraint(
                condition=Q(value__gte=0, resource__in=["power_kw", "cooling_kw", "racks", "network_ports", "crews"]),
                name="readiness_is_possible",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.site_id} {self.resource} {self.from_on}"


class Pool(models.Model):
    """Servers of one model at one provider that are leased alike; each of its pods is a cluster."""

    id = models.CharField(primary_key=True, max_length=160)
    provider = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="pools")
    gpu_model = models.ForeignKey(GpuModel, on_delete=models.PROTECT, related_name="pools")
    gpus_per_server = models.IntegerField()

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [models.CheckConstraint(condition=Q(gpus_per_server__gt=0), name="pool_servers_have_gpus")]

    def __str__(self) -> str:
        return self.id


class Cluster(models.Model):
    """Servers of one model joined by one network at one site: what is built, and a pod of its pool."""

    id = models.CharField(primary_key=True, max_length=160)
    pool = models.ForeignKey(Pool, on_delete=models.PROTECT, related_name="clusters")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="clusters")
    provider = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="clusters")
    agreement = models.ForeignKey(Agreement, null=True, blank=True, on_delete=models.PROTECT, related_name="clusters")
    gpu_model = models.ForeignKey(GpuModel, on_delete=models.PROTECT, related_name="clusters")
    gpus_per_server = models.IntegerField()
    servers_planned = models.IntegerField()
    servers_per_rack = models.IntegerField(default=4)
    ports_per_server = models.IntegerField(default=8)
    power_w_per_server = models.IntegerField(default=10_000)
    promised_on = models.DateField()

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(
                    gpus_per_server__gt=0,
                    servers_planned__gt=0,
                    servers_per_rack__gt=0,
                    ports_per_server__gt=0,
                    power_w_per_server__gt=0,
                ),
                name="cluster_quantities_are_positive",
            ),
        ]

    def __str__(self) -> str:
        return self.id


class Order(models.Model):
    """Servers ordered under an agreement, never more than were awarded. Only ever added."""

    id = models.CharField(primary_key=True, max_length=160)
    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="orders")
    gpu_model = models.ForeignKey(GpuModel, on_delete=models.PROTECT, related_name="orders")
    servers = models.IntegerField()
    ordered_on = models.DateField()

    class Meta:
        ordering: ClassVar = ["ordered_on", "id"]
        constraints: ClassVar = [models.CheckConstraint(condition=Q(servers__gt=0), name="order_is_of_servers")]

    def __str__(self) -> str:
        return self.id


class Delivery(models.Model):
    """One consignment of an order to a cluster: when it is expected, and when it came."""

    id = models.CharField(primary_key=True, max_length=160)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="deliveries")
    cluster = models.ForeignKey(Cluster, on_delete=models.PROTECT, related_name="deliveries")
    servers = models.IntegerField()
    earliest_on = models.DateField()
    likely_on = models.DateField()
    latest_on = models.DateField()
    actual_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["likely_on", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(servers__gt=0, earliest_on__lte=F("likely_on"), likely_on__lte=F("latest_on")),
                name="delivery_dates_are_in_order",
            ),
        ]

    def __str__(self) -> str:
        return self.id


class Server(models.Model):
    """One asset with its serial number, owner and place; in service in [in_service_from, in_service_to)."""

    id = models.CharField(primary_key=True, max_length=160)
    pool = models.ForeignKey(Pool, on_delete=models.PROTECT, related_name="servers")
    cluster = models.ForeignKey(Cluster, null=True, blank=True, on_delete=models.PROTECT, related_name="servers")
    pod = models.CharField(max_length=80)
    serial = models.CharField(max_length=80, unique=True)
    owner = models.CharField(max_length=160)
    delivery = models.ForeignKey(Delivery, null=True, blank=True, on_delete=models.PROTECT, related_name="servers_registered")
    own_use = models.BooleanField(default=False)
    accepted_on = models.DateField(null=True, blank=True)
    in_service_from = models.DateTimeField(null=True, blank=True)
    in_service_to = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["id"]
        indexes: ClassVar = [models.Index(fields=["pool", "pod", "id"], name="server_by_pod")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(in_service_to=None) | Q(in_service_to__gt=F("in_service_from")), name="server_leaves_after_it_came"
            ),
            models.CheckConstraint(
                condition=Q(id__startswith=models.functions.Concat(F("pool_id"), models.Value("/"))),
                name="server_id_names_its_pool",
            ),
            models.CheckConstraint(condition=Q(own_use=True) | Q(cluster__isnull=False), name="public_server_is_in_a_cluster"),
        ]

    def __str__(self) -> str:
        return self.id


class Gpu(models.Model):
    """One accelerator: its identifier belongs to one server at a time."""

    uuid = models.CharField(primary_key=True, max_length=80)
    server = models.ForeignKey(Server, on_delete=models.PROTECT, related_name="gpus")

    def __str__(self) -> str:
        return self.uuid


class Milestone(models.Model):
    """A date that was promised, as it is now forecast, and as it came."""

    programme = models.CharField(max_length=160)
    key = models.CharField(max_length=80)
    promised_on = models.DateField(null=True, blank=True)
    forecast_on = models.DateField(null=True, blank=True)
    actual_on = models.DateField(null=True, blank=True)
    cause = models.CharField(max_length=400, blank=True)

    class Meta:
        ordering: ClassVar = ["promised_on", "key"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["programme", "key"], name="milestone_key_is_unique")]

    def __str__(self) -> str:
        return self.key

    @property
    def slip_days(self) -> int | None:
        """Days later than promised: by the actual date, or else the forecast; nothing where nothing was promised."""
        known = self.actual_on or self.forecast_on
        return (known - self.promised_on).days if known and self.promised_on else None


class CapacityWeek(models.Model):
    """Servers in service at the end of a week: planned, forecast (P50, P90) and counted."""

    cluster = models.ForeignKey(Cluster, on_delete=models.PROTECT, related_name="capacity")
    week_on = models.DateField(help_text="The Monday of the week.")
    plan = models.IntegerField(null=True, blank=True)
    p50 = models.IntegerField(null=True, blank=True)
    p90 = models.IntegerField(null=True, blank=True)
    actual = models.IntegerField(null=True, blank=True)
    entry = models.ForeignKey("journal.Entry", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["cluster", "week_on"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cluster", "week_on"], name="capacity_once_a_week"),
            models.CheckConstraint(condition=Q(week_on__iso_week_day=1), name="capacity_week_starts_on_monday"),
            models.CheckConstraint(
                condition=(Q(plan=None) | Q(plan__gte=0)) & (Q(actual=None) | Q(actual__gte=0)) & (Q(p90=None) | Q(p90__gte=0)),
                name="capacity_is_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cluster_id} {self.week_on}"
