"""Accounts that may not drive when the electronic licence begins to follow them: their standing says so."""

from __future__ import annotations

from django.db import migrations

_STANDINGS = """
    WITH stood AS (
        INSERT INTO wallet_standing (holder_id, part, suspended, changes)
        SELECT holder_id, part, true, 1 FROM points_account WHERE balance = 0 OR revoked
        ORDER BY holder_id, part
        ON CONFLICT (holder_id, part) DO NOTHING
        RETURNING holder_id, part
    )
    INSERT INTO wallet_statuschange (holder_id, part, cause, suspended, transaction, recorded_on)
    SELECT stood.holder_id, stood.part, 'right', true, pg_current_xact_id()::text::bigint,
           coalesce(account.settled_on, (statement_timestamp() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date)
    FROM stood JOIN points_account account USING (holder_id, part)
"""


class Migration(migrations.Migration):
    dependencies = [
        ("points", "0003_only_a_tests_database_is_emptied"),
        ("wallet", "0001_electronic_licences"),
    ]
    operations = [migrations.RunSQL(_STANDINGS, migrations.RunSQL.noop)]
