import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("points", "0002_an_installation_keeps_one_profile"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="entry",
            name="entry_table_stays",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="fact",
            name="fact_table_stays",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="installation",
            name="installation_table_stays",
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="entry",
            trigger=pgtrigger.compiler.Trigger(
                name="entry_table_stays",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="IF starts_with(current_database(), 'test_') AND current_setting('app.test_flush', true) = 'on' THEN RETURN NULL; END IF; RAISE EXCEPTION 'Rows of % are never removed.', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';",
                    hash="90ffb5f92be472b3054d7f6675616455f7a84729",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_entry_table_stays_72e57",
                    table="points_entry",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="fact",
            trigger=pgtrigger.compiler.Trigger(
                name="fact_table_stays",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="IF starts_with(current_database(), 'test_') AND current_setting('app.test_flush', true) = 'on' THEN RETURN NULL; END IF; RAISE EXCEPTION 'Rows of % are never removed.', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';",
                    hash="10429d424be472e91a48660e43e6623c30840576",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_fact_table_stays_05061",
                    table="points_fact",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="installation",
            trigger=pgtrigger.compiler.Trigger(
                name="installation_table_stays",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="IF starts_with(current_database(), 'test_') AND current_setting('app.test_flush', true) = 'on' THEN RETURN NULL; END IF; RAISE EXCEPTION 'Rows of % are never removed.', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';",
                    hash="7dab4147bcbf12e5fb1ac745c61fd92ccc4be5dc",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_installation_table_stays_ffcee",
                    table="points_installation",
                    when="BEFORE",
                ),
            ),
        ),
    ]
