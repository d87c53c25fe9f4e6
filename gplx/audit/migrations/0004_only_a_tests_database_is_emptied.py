import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0003_looks_of_an_officer"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="access",
            name="access_table_stays",
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="access",
            trigger=pgtrigger.compiler.Trigger(
                name="access_table_stays",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="IF starts_with(current_database(), 'test_') AND current_setting('app.test_flush', true) = 'on' THEN RETURN NULL; END IF; RAISE EXCEPTION 'Rows of % are never removed.', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';",
                    hash="9cf7bcbe72498ad0a2a371821ac2a5ea42fbd5f2",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_access_table_stays_91e20",
                    table="audit_access",
                    when="BEFORE",
                ),
            ),
        ),
    ]
