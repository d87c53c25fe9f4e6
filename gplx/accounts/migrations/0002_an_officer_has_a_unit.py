from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="unit",
            field=models.CharField(
                blank=True, default="", help_text="an officer's, as his provider names it", max_length=150
            ),
            preserve_default=False,
        ),
    ]
