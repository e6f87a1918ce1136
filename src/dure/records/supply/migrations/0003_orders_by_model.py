"""Orders are held against the awards by GPU model: a server of another model does not use up what was awarded."""

from django.db import migrations

from dure.records.journal.guards import pin_functions, redefine

# It locks a table that only grows, on which the application's role has no right to; hence `definer`.
ORDER_FITS = """
  PERFORM 1 FROM procurement_agreement WHERE id = NEW.agreement_id FOR UPDATE;
  SELECT coalesce(sum(a.servers), 0) INTO awarded FROM procurement_agreedaward g JOIN procurement_award a ON a.id = g.award_id
    WHERE g.agreement_id = NEW.agreement_id AND a.gpu_model = NEW.gpu_model_id;
  SELECT coalesce(sum(servers), 0) INTO ordered FROM supply_order
    WHERE agreement_id = NEW.agreement_id AND gpu_model_id = NEW.gpu_model_id;
  IF ordered + NEW.servers > awarded THEN
    RAISE EXCEPTION 'orders of % servers exceed the % awarded under agreement %', ordered + NEW.servers, awarded, NEW.agreement_id
      USING ERRCODE = '23514';
  END IF;
  RETURN NEW;
"""


class Migration(migrations.Migration):
    dependencies = [("supply", "0002_boundary"), ("procurement", "0003_questions")]

    operations = [
        redefine("supply_order_fits", ORDER_FITS, declare="awarded bigint; ordered bigint;", definer=True),
        pin_functions(),
    ]
