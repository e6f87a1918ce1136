"""The tables of `supply`, and the constraints that Django cannot spell."""

import django.db.models.deletion
import django.db.models.functions.text
import dure.records.journal.fields
from django.db import migrations, models

from dure.records.journal.guards import grant_rights, needs_approval, only_grows, trigger

# These two lock tables that only grow, on which the application's role has no right to; hence `definer`.
ORDER_FITS = """
  PERFORM 1 FROM procurement_agreement WHERE id = NEW.agreement_id FOR UPDATE;
  SELECT coalesce(sum(a.servers), 0) INTO awarded FROM procurement_agreedaward g JOIN procurement_award a ON a.id = g.award_id
    WHERE g.agreement_id = NEW.agreement_id;
  SELECT coalesce(sum(servers), 0) INTO ordered FROM supply_order WHERE agreement_id = NEW.agreement_id;
  IF ordered + NEW.servers > awarded THEN
    RAISE EXCEPTION 'orders of % servers exceed the % awarded under agreement %', ordered + NEW.servers, awarded, NEW.agreement_id
      USING ERRCODE = '23514';
  END IF;
  RETURN NEW;
"""
DELIVERY_FITS = """
  SELECT servers INTO ordered FROM supply_order WHERE id = NEW.order_id FOR UPDATE;
  SELECT coalesce(sum(servers), 0) INTO others FROM supply_delivery WHERE order_id = NEW.order_id AND id <> NEW.id;
  IF others + NEW.servers > ordered THEN
    RAISE EXCEPTION 'deliveries of % servers exceed the % of order %', others + NEW.servers, ordered, NEW.order_id USING ERRCODE = '23514';
  END IF;
  RETURN NEW;
"""
IN_ITS_POOL = """
  IF NEW.cluster_id IS NOT NULL AND NEW.pool_id <> (SELECT pool_id FROM supply_cluster WHERE id = NEW.cluster_id) THEN
    RAISE EXCEPTION 'cluster % is not of pool %', NEW.cluster_id, NEW.pool_id USING ERRCODE = '23514';
  END IF;
  RETURN NEW;
"""
KEEPS_ITS_DAY = """
  IF OLD.actual_on IS NOT NULL AND NEW.actual_on IS DISTINCT FROM OLD.actual_on THEN
    RAISE EXCEPTION 'delivery % came on %', OLD.id, OLD.actual_on USING ERRCODE = '23514';
  END IF;
  RETURN NEW;
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("journal", "0001_initial"),
        ("parties", "0001_initial"),
        ("procurement", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="GpuModel",
            fields=[
                ("id", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("relative_compute", dure.records.journal.fields.ExactField(decimal_places=6, max_digits=12)),
                ("gpus_per_server", models.IntegerField(default=8)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("gpus_per_server__gt", 0), ("relative_compute__gt", 0)), name="gpu_model_is_possible"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Cluster",
            fields=[
                ("id", models.CharField(max_length=160, primary_key=True, serialize=False)),
                ("gpus_per_server", models.IntegerField(default=8)),
                ("servers_planned", models.IntegerField()),
                ("servers_per_rack", models.IntegerField(default=4)),
                ("ports_per_server", models.IntegerField(default=8)),
                ("power_w_per_server", models.IntegerField(default=10000)),
                ("promised_on", models.DateField()),
                (
                    "agreement",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="clusters",
                        to="procurement.agreement",
                    ),
                ),
                (
                    "provider",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="clusters", to="parties.organisation"
                    ),
                ),
                (
                    "gpu_model",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="clusters", to="supply.gpumodel"),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="Milestone",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("programme", models.CharField(max_length=160)),
                ("key", models.CharField(max_length=80)),
                ("promised_on", models.DateField(blank=True, null=True)),
                ("forecast_on", models.DateField(blank=True, null=True)),
                ("actual_on", models.DateField(blank=True, null=True)),
                ("cause", models.CharField(blank=True, max_length=400)),
            ],
            options={
                "ordering": ["promised_on", "key"],
                "constraints": [models.UniqueConstraint(fields=("programme", "key"), name="milestone_key_is_unique")],
            },
        ),
        migrations.CreateModel(
            name="Order",
            fields=[
                ("id", models.CharField(max_length=160, primary_key=True, serialize=False)),
                ("servers", models.IntegerField()),
                ("ordered_on", models.DateField()),
                (
                    "agreement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="orders", to="procurement.agreement"
                    ),
                ),
                (
                    "gpu_model",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="orders", to="supply.gpumodel"),
                ),
            ],
            options={
                "ordering": ["ordered_on", "id"],
            },
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                ("id", models.CharField(max_length=160, primary_key=True, serialize=False)),
                ("servers", models.IntegerField()),
                ("earliest_on", models.DateField()),
                ("likely_on", models.DateField()),
                ("latest_on", models.DateField()),
                ("actual_on", models.DateField(blank=True, null=True)),
                (
                    "cluster",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="deliveries", to="supply.cluster"
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="deliveries", to="supply.order"),
                ),
            ],
            options={
                "ordering": ["likely_on", "id"],
            },
        ),
        migrations.CreateModel(
            name="Pool",
            fields=[
                ("id", models.CharField(max_length=160, primary_key=True, serialize=False)),
                ("gpus_per_server", models.IntegerField(default=8)),
                (
                    "gpu_model",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="pools", to="supply.gpumodel"),
                ),
                (
                    "provider",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="pools", to="parties.organisation"
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.AddField(
            model_name="cluster",
            name="pool",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="clusters", to="supply.pool"),
        ),
        migrations.CreateModel(
            name="Server",
            fields=[
                ("id", models.CharField(max_length=160, primary_key=True, serialize=False)),
                ("pod", models.CharField(max_length=80)),
                ("serial", models.CharField(max_length=80, unique=True)),
                ("owner", models.CharField(max_length=160)),
                ("own_use", models.BooleanField(default=False)),
                ("accepted_on", models.DateField(blank=True, null=True)),
                ("in_service_from", models.DateTimeField(blank=True, null=True)),
                ("in_service_to", models.DateTimeField(blank=True, null=True)),
                (
                    "cluster",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="servers",
                        to="supply.cluster",
                    ),
                ),
                (
                    "delivery",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="servers_registered",
                        to="supply.delivery",
                    ),
                ),
                (
                    "pool",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="servers", to="supply.pool"),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="Gpu",
            fields=[
                ("uuid", models.CharField(max_length=80, primary_key=True, serialize=False)),
                (
                    "server",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="gpus", to="supply.server"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Site",
            fields=[
                ("id", models.CharField(max_length=160, primary_key=True, serialize=False)),
                ("name_ko", models.CharField(max_length=200)),
                ("name_en", models.CharField(blank=True, max_length=200)),
                ("region", models.CharField(blank=True, max_length=40)),
                (
                    "provider",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="sites", to="parties.organisation"
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.AddField(
            model_name="cluster",
            name="site",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="clusters", to="supply.site"),
        ),
        migrations.CreateModel(
            name="SiteReadiness",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "resource",
                    models.CharField(
                        choices=[
                            ("power_kw", "Power"),
                            ("cooling_kw", "Cooling"),
                            ("racks", "Racks"),
                            ("network_ports", "Network"),
                            ("crews", "Crews"),
                        ],
                        max_length=16,
                    ),
                ),
                ("from_on", models.DateField()),
                ("value", models.IntegerField()),
                (
                    "site",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="readiness", to="supply.site"),
                ),
            ],
            options={
                "ordering": ["site", "resource", "from_on"],
            },
        ),
        migrations.CreateModel(
            name="CapacityWeek",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("week_on", models.DateField(help_text="The Monday of the week.")),
                ("plan", models.IntegerField(blank=True, null=True)),
                ("p50", models.IntegerField(blank=True, null=True)),
                ("p90", models.IntegerField(blank=True, null=True)),
                ("actual", models.IntegerField(blank=True, null=True)),
                (
                    "entry",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="journal.entry"
                    ),
                ),
                (
                    "cluster",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="capacity", to="supply.cluster"),
                ),
            ],
            options={
                "ordering": ["cluster", "week_on"],
                "constraints": [
                    models.UniqueConstraint(fields=("cluster", "week_on"), name="capacity_once_a_week"),
                    models.CheckConstraint(
                        condition=models.Q(("week_on__iso_week_day", 1)), name="capacity_week_starts_on_monday"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("plan", None), ("plan__gte", 0), _connector="OR"),
                            models.Q(("actual", None), ("actual__gte", 0), _connector="OR"),
                            models.Q(("p90", None), ("p90__gte", 0), _connector="OR"),
                        ),
                        name="capacity_is_not_negative",
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(condition=models.Q(("servers__gt", 0)), name="order_is_of_servers"),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("earliest_on__lte", models.F("likely_on")), ("likely_on__lte", models.F("latest_on")), ("servers__gt", 0)
                ),
                name="delivery_dates_are_in_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="pool",
            constraint=models.CheckConstraint(condition=models.Q(("gpus_per_server__gt", 0)), name="pool_servers_have_gpus"),
        ),
        migrations.AddIndex(
            model_name="server",
            index=models.Index(fields=["pool", "pod", "id"], name="server_by_pod"),
        ),
        migrations.AddConstraint(
            model_name="server",
            constraint=models.CheckConstraint(
                condition=models.Q(("in_service_to", None), ("in_service_to__gt", models.F("in_service_from")), _connector="OR"),
                name="server_leaves_after_it_came",
            ),
        ),
        migrations.AddConstraint(
            model_name="server",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("id__startswith", django.db.models.functions.text.Concat(models.F("pool_id"), models.Value("/")))
                ),
                name="server_id_names_its_pool",
            ),
        ),
        migrations.AddConstraint(
            model_name="server",
            constraint=models.CheckConstraint(
                condition=models.Q(("own_use", True), ("cluster__isnull", False), _connector="OR"),
                name="public_server_is_in_a_cluster",
            ),
        ),
        migrations.AddConstraint(
            model_name="cluster",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("gpus_per_server__gt", 0),
                    ("ports_per_server__gt", 0),
                    ("power_w_per_server__gt", 0),
                    ("servers_per_rack__gt", 0),
                    ("servers_planned__gt", 0),
                ),
                name="cluster_quantities_are_positive",
            ),
        ),
        migrations.AddConstraint(
            model_name="sitereadiness",
            constraint=models.UniqueConstraint(fields=("site", "resource", "from_on"), name="readiness_once_a_day"),
        ),
        migrations.AddConstraint(
            model_name="sitereadiness",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("resource__in", ["power_kw", "cooling_kw", "racks", "network_ports", "crews"]), ("value__gte", 0)
                ),
                name="readiness_is_possible",
            ),
        ),
        trigger(
            "fits", "supply_order", when="BEFORE INSERT", declare="awarded bigint; ordered bigint;", body=ORDER_FITS, definer=True
        ),
        trigger(
            "fits",
            "supply_delivery",
            when="BEFORE INSERT OR UPDATE OF servers, order_id",
            declare="ordered bigint; others bigint;",
            body=DELIVERY_FITS,
            definer=True,
        ),
        trigger("keeps_its_day", "supply_delivery", when="BEFORE UPDATE OF actual_on", body=KEEPS_ITS_DAY),
        trigger("is_in_its_pool", "supply_server", when="BEFORE INSERT OR UPDATE OF pool_id, cluster_id", body=IN_ITS_POOL),
        only_grows("supply_order"),
        needs_approval("supply_capacityweek", "buildout"),
        grant_rights(),
    ]
