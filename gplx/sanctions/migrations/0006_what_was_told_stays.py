import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("points", "0003_only_a_tests_database_is_emptied"),
        ("sanctions", "0005_files_that_get_no_further"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="quarantinemove",
            name="quarantine_move_table_stays",
        ),
        migrations.AddIndex(
            model_name="decision",
            index=models.Index(fields=["recorded_on"], name="decisions_by_day"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="annulment",
            trigger=pgtrigger.compiler.Trigger(
                name="annulment_content_stays",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - ARRAY['decision_id', 'replaced_by_id'] = to_jsonb(OLD) - ARRAY['decision_id', 'replaced_by_id'] THEN RETURN NEW; END IF; RAISE EXCEPTION 'What rows of % say is never changed, and none is removed.', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';",
                    hash="24eccc3c76ece5532d66505ea2f5238889793480",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_annulment_content_stays_706c0",
                    table="sanctions_annulment",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="annulment",
            trigger=pgtrigger.compiler.Trigger(
                name="annulment_table_stays",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="IF starts_with(current_database(), 'test_') AND current_setting('app.test_flush', true) = 'on' THEN RETURN NULL; END IF; RAISE EXCEPTION 'Rows of % are never removed.', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';",
                    hash="054f745c808dbdb98ba396c8406bf70c0e731bf7",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_annulment_table_stays_a96c4",
                    table="sanctions_annulment",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="decision",
            trigger=pgtrigger.compiler.Trigger(
                name="decision_content_stays",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - ARRAY['state', 'reason', 'account_id'] = to_jsonb(OLD) - ARRAY['state', 'reason', 'account_id'] THEN RETURN NEW; END IF; RAISE EXCEPTION 'What rows of % say is never changed, and none is removed.', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';",
                    hash="137a0485867929ecb6ff706a067fba8ca4d1f690",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_decision_content_stays_9fb06",
                    table="sanctions_decision",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="decision",
            trigger=pgtrigger.compiler.Trigger(
                name="decision_table_stays",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="IF starts_with(current_database(), 'test_') AND current_setting('app.test_flush', true) = 'on' THEN RETURN NULL; END IF; RAISE EXCEPTION 'Rows of % are never removed.', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';",
                    hash="875d7c62d5270780fcc6790ef3b4a9cc2637c615",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_decision_table_stays_051b6",
                    table="sanctions_decision",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="quarantinemove",
            trigger=pgtrigger.compiler.Trigger(
                name="quarantine_move_table_stays",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="IF starts_with(current_database(), 'test_') AND current_setting('app.test_flush', true) = 'on' THEN RETURN NULL; END IF; RAISE EXCEPTION 'Rows of % are never removed.', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';",
                    hash="8d002a33567917f990b0dfb1543c442439981830",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_quarantine_move_table_stays_b3639",
                    table="sanctions_quarantinemove",
                    when="BEFORE",
                ),
            ),
        ),
    ]
