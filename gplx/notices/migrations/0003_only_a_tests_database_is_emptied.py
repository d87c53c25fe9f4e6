import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("notices", "0002_notices_do_not_wake_the_workers"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="delivery",
            name="delivery_table_stays",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="notice",
            name="notice_table_stays",
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="delivery",
            trigger=pgtrigger.compiler.Trigger(
                name="delivery_table_stays",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="IF starts_with(current_database(), 'test_') AND current_setting('app.test_flush', true) = 'on' THEN RETURN NULL; END IF; RAISE EXCEPTION 'Rows of % are never removed.', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';",
                    hash="16d35c942887eab6c91a398823c14815b7b97a9e",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_delivery_table_stays_ac2d6",
                    table="notices_delivery",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="notice",
            trigger=pgtrigger.compiler.Trigger(
                name="notice_table_stays",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="IF starts_with(current_database(), 'test_') AND current_setting('app.test_flush', true) = 'on' THEN RETURN NULL; END IF; RAISE EXCEPTION 'Rows of % are never removed.', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';",
                    hash="937709fbd5b3f9da89f63ccac18c84dbbb962121",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_notice_table_stays_9735d",
                    table="notices_notice",
                    when="BEFORE",
                ),
            ),
        ),
    ]
