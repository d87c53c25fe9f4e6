from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("sanctions", "0004_quarantine_moves_stay_written"),
    ]

    operations = [
        migrations.AddField(
            model_name="decisionfile",
            name="tries",
            field=models.SmallIntegerField(db_default=0),
        ),
    ]
