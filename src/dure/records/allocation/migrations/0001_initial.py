"""The tables of `allocation`, and the constraints that Django cannot spell."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import dure.records.journal.fields
from django.db import migrations, models
from django.contrib.postgres.operations import BtreeGistExtension
from dure.records.journal.guards import grant_rights, needs_approval, only_grows, trigger

SUMS_TO_ONE = """
  SELECT sum(share) INTO total FROM allocation_sectorshare WHERE share_set_id = NEW.share_set_id;
  IF total <> 1 THEN
    RAISE EXCEPTION 'shares sum to %, not to 1', total USING ERRCODE = '23514';
  END IF;
  RETURN NULL;
"""
HAS_SHARES = """
  IF NOT EXISTS (SELECT 1 FROM allocation_sectorshare WHERE share_set_id = NEW.id) THEN
    RAISE EXCEPTION 'a set of shares without shares' USING ERRCODE = '23514';
  END IF;
  RETURN NULL;
"""
LEASE_VARIABLES = "given record; leased record;"
LEASE = """
  SELECT pool_id, during INTO given FROM allocation_grant WHERE id = NEW.grant_id;
  IF TG_OP = 'UPDATE' THEN
    IF NEW.grant_id <> OLD.grant_id OR NEW.server_id <> OLD.server_id OR lower(NEW.during) <> lower(OLD.during)
        OR upper(NEW.during) > upper(OLD.during) OR (OLD.withdrawn_at IS NOT NULL AND NEW IS DISTINCT FROM OLD) THEN
      RAISE EXCEPTION 'a lease may only end earlier' USING ERRCODE = '23514';
    END IF;
    RETURN NEW;
  END IF;
  SELECT pool_id, own_use, in_service_from, in_service_to INTO leased FROM supply_server WHERE id = NEW.server_id FOR SHARE;
  IF leased.pool_id <> given.pool_id THEN
    RAISE EXCEPTION 'server % is not of pool %', NEW.server_id, given.pool_id USING ERRCODE = '23514';
  ELSIF NOT NEW.during <@ given.during THEN
    RAISE EXCEPTION 'the lease of server % reaches beyond its grant %', NEW.server_id, NEW.grant_id USING ERRCODE = '23514';
  ELSIF leased.own_use OR leased.in_service_from IS NULL
      OR NOT NEW.during <@ tstzrange(leased.in_service_from, leased.in_service_to) THEN
    RAISE EXCEPTION 'server % is not in public service during %', NEW.server_id, NEW.during USING ERRCODE = '23514';
  END IF;
  RETURN NEW;
"""
KEPT = """
  RAISE EXCEPTION 'leases are kept; end them instead' USING ERRCODE = '23000';
"""
# Server-time leased is at most server-time granted, however servers were swapped in between. It locks
# the grant, on which the application's role has no such right; hence `definer`.
WITHIN_VARIABLES = "given record; leased interval;"
WITHIN = """
  SELECT servers, during INTO given FROM allocation_grant WHERE id = NEW.grant_id FOR UPDATE;
  SELECT sum(upper(during) - lower(during)) INTO leased FROM allocation_lease WHERE grant_id = NEW.grant_id AND withdrawn_at IS NULL;
  IF leased > given.servers * (upper(given.during) - lower(given.during)) THEN
    RAISE EXCEPTION 'the leases of grant % exceed its % servers', NEW.grant_id, given.servers USING ERRCODE = '23514';
  END IF;
  RETURN NULL;
"""
KEEPS_LEASES = """
  IF EXISTS (SELECT 1 FROM allocation_lease WHERE server_id = NEW.id AND withdrawn_at IS NULL
      AND NOT during <@ tstzrange(NEW.in_service_from, NEW.in_service_to)) THEN
    RAISE EXCEPTION 'server % has leases outside of that time in service', NEW.id USING ERRCODE = '23514';
  END IF;
  RETURN NEW;
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("demand", "0001_initial"),
        ("journal", "0001_initial"),
        ("supply", "0001_initial"),
    ]

    operations = [
        BtreeGistExtension(),
        migrations.CreateModel(
            name="AllocationRound",
            fields=[
                ("id", models.CharField(max_length=160, primary_key=True, serialize=False)),
                ("start_on", models.DateField()),
                ("weeks", models.IntegerField()),
                ("opened_at", models.DateTimeField()),
                (
                    "user_call",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rounds",
                        to="demand.usercall",
                    ),
                ),
            ],
            options={
                "ordering": ["start_on", "id"],
            },
        ),
        migrations.CreateModel(
            name="Grant",
            fields=[
                ("id", models.CharField(max_length=200, primary_key=True, serialize=False)),
                ("servers", models.IntegerField()),
                ("during", django.contrib.postgres.fields.ranges.DateTimeRangeField()),
                ("value", models.BigIntegerField(default=0)),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="grants", to="demand.application"
                    ),
                ),
                ("entry", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="journal.entry")),
                ("pool", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="grants", to="supply.pool")),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="grants", to="allocation.allocationround"
                    ),
                ),
            ],
            options={
                "ordering": ["round", "application"],
            },
        ),
        migrations.CreateModel(
            name="Lease",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("during", django.contrib.postgres.fields.ranges.DateTimeRangeField()),
                ("withdrawn_at", models.DateTimeField(blank=True, help_text="Ended before it began.", null=True)),
                (
                    "ended_because",
                    models.CharField(
                        blank=True,
                        choices=[("returned", "Returned"), ("reclaimed", "Reclaimed"), ("replaced", "Replaced")],
                        max_length=12,
                    ),
                ),
                (
                    "entry",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="journal.entry"
                    ),
                ),
                (
                    "grant",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="leases", to="allocation.grant"),
                ),
                (
                    "server",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="leases", to="supply.server"),
                ),
            ],
            options={
                "ordering": ["grant", "server"],
            },
        ),
        migrations.CreateModel(
            name="ShareSet",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("programme", models.CharField(max_length=160)),
                ("from_on", models.DateField()),
                ("entry", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="journal.entry")),
            ],
            options={
                "ordering": ["programme", "from_on"],
            },
        ),
        migrations.CreateModel(
            name="SectorShare",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sector", models.CharField(max_length=80)),
                ("share", dure.records.journal.fields.ExactField(decimal_places=18, max_digits=19)),
                (
                    "share_set",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="shares", to="allocation.shareset"
                    ),
                ),
            ],
            options={
                "ordering": ["share_set", "sector"],
            },
        ),
        migrations.CreateModel(
            name="WaitingPlace",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("place", models.IntegerField()),
                ("left_at", models.DateTimeField(blank=True, null=True)),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="waiting", to="demand.application"
                    ),
                ),
                ("entry", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="journal.entry")),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="waiting", to="allocation.allocationround"
                    ),
                ),
            ],
            options={
                "ordering": ["round", "place"],
            },
        ),
        migrations.AddConstraint(
            model_name="allocationround",
            constraint=models.CheckConstraint(
                condition=models.Q(("start_on__iso_week_day", 1), ("weeks__gt", 0)), name="round_starts_on_a_monday"
            ),
        ),
        migrations.AddConstraint(
            model_name="grant",
            constraint=models.UniqueConstraint(fields=("round", "application"), name="grant_once_per_round"),
        ),
        migrations.AddConstraint(
            model_name="grant",
            constraint=models.CheckConstraint(
                condition=models.Q(("servers__gt", 0), ("value__gte", 0), models.Q(("id__contains", "#"), _negated=True)),
                name="grant_is_of_servers",
            ),
        ),
        migrations.AddConstraint(
            model_name="grant",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("during__isempty", False),
                    ("during__lower_inc", True),
                    ("during__lower_inf", False),
                    ("during__upper_inc", False),
                    ("during__upper_inf", False),
                ),
                name="grant_period_is_half_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="lease",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("during__isempty", False),
                    ("during__lower_inc", True),
                    ("during__lower_inf", False),
                    ("during__upper_inc", False),
                    ("during__upper_inf", False),
                ),
                name="lease_period_is_half_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="lease",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(("withdrawn_at", None)),
                expressions=[(models.F("server"), "="), (models.F("during"), "&&")],
                name="server_is_leased_once_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="lease",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_because", ""), ("entry", None), ("withdrawn_at", None)),
                    ("ended_because__in", ["returned", "replaced"]),
                    models.Q(("ended_because", "reclaimed"), ("entry__isnull", False)),
                    _connector="OR",
                ),
                name="lease_ends_early_for_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="shareset",
            constraint=models.UniqueConstraint(fields=("programme", "from_on"), name="share_set_once_a_day"),
        ),
        migrations.AddConstraint(
            model_name="sectorshare",
            constraint=models.UniqueConstraint(fields=("share_set", "sector"), name="share_once_per_sector"),
        ),
        migrations.AddConstraint(
            model_name="sectorshare",
            constraint=models.CheckConstraint(condition=models.Q(("share__gte", 0), ("share__lte", 1)), name="share_is_a_share"),
        ),
        migrations.AddConstraint(
            model_name="waitingplace",
            constraint=models.UniqueConstraint(fields=("round", "application"), name="waiting_once_per_round"),
        ),
        migrations.AddConstraint(
            model_name="waitingplace",
            constraint=models.UniqueConstraint(fields=("round", "place"), name="waiting_place_is_unique"),
        ),
        migrations.AddConstraint(
            model_name="waitingplace",
            constraint=models.CheckConstraint(condition=models.Q(("place__gte", 1)), name="waiting_place_starts_at_one"),
        ),
        trigger(
            "sums_to_one",
            "allocation_sectorshare",
            when="AFTER INSERT",
            declare="total numeric;",
            body=SUMS_TO_ONE,
            deferred=True,
        ),
        trigger("has_shares", "allocation_shareset", when="AFTER INSERT", body=HAS_SHARES, deferred=True),
        trigger("is_possible", "allocation_lease", when="BEFORE INSERT OR UPDATE", declare=LEASE_VARIABLES, body=LEASE),
        trigger("is_kept", "allocation_lease", when="BEFORE DELETE", body=KEPT),
        trigger(
            "is_within_the_grant",
            "allocation_lease",
            when="AFTER INSERT OR UPDATE OF during",
            declare=WITHIN_VARIABLES,
            body=WITHIN,
            deferred=True,
            definer=True,
        ),
        trigger("keeps_its_leases", "supply_server", when="BEFORE UPDATE OF in_service_from, in_service_to", body=KEEPS_LEASES),
        only_grows("allocation_shareset"),
        only_grows("allocation_sectorshare"),
        only_grows("allocation_grant"),
        needs_approval("allocation_shareset", "shares"),
        needs_approval("allocation_grant", "allocation", "reclaim"),
        needs_approval("allocation_lease", "reclaim"),
        needs_approval("allocation_waitingplace", "allocation", "reclaim"),
        grant_rights(),
    ]
