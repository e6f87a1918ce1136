"""Whether a secret stands there in plain words is told to those who may not read it."""

from django.db import migrations

from dure.records.journal.guards import pin_functions

IN_CLEAR = """
CREATE FUNCTION parties_secrets_in_clear() RETURNS SETOF text LANGUAGE sql STABLE SECURITY DEFINER AS $$
  SELECT 'person ' || uid FROM parties_person WHERE password <> '' AND password !~ '^(!|scrypt\\$|pbkdf2_sha256\\$|md5\\$)'
  UNION ALL
  SELECT 'token ' || id FROM parties_token WHERE digest !~ '^[0-9a-f]{64}$'
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("parties", "0012_one_spelling_of_a_name"), ("journal", "0008_boundary")]
    operations = [migrations.RunSQL(IN_CLEAR, "DROP FUNCTION parties_secrets_in_clear()"), pin_functions()]
