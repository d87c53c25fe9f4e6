"""Jobs of the queue `notices` wait for the workers' next look instead of waking them.

A transaction that notifies takes a lock of the whole server while it commits, so that commits no longer share a write
to the disk: with eight clients that halves the rate of decisions. A notice is in the inbox with the decision itself;
its job only freezes the text. Workers look every second.
"""

from __future__ import annotations

from django.db import migrations

_TRIGGER = """
    CREATE OR REPLACE TRIGGER procrastinate_jobs_notify_queue_job_inserted_v1
    AFTER INSERT ON procrastinate_jobs
    FOR EACH ROW WHEN (new.status = 'todo'::procrastinate_job_status{except_for})
    EXECUTE FUNCTION procrastinate_notify_queue_job_inserted_v1()
"""


class Migration(migrations.Migration):
    dependencies = [
        ("notices", "0001_initial"),
        ("procrastinate", "0041_post_retry_failed_job"),
    ]

    operations = [
        migrations.RunSQL(
            _TRIGGER.format(except_for=" AND new.queue_name <> 'notices'"),
            _TRIGGER.format(except_for=""),
        ),
    ]
