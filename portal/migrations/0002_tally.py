from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('portal', '0001_heartbeat'),
    ]

    operations = [
        migrations.CreateModel(
            name='Tally',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('quarter', models.DateTimeField()),
                ('what', models.CharField(max_length=20)),
                ('box', models.CharField(max_length=60)),
                ('outcome', models.CharField(max_length=20)),
                ('within_ms', models.PositiveIntegerField()),
                ('number', models.PositiveBigIntegerField(default=0)),
                ('last_at', models.DateTimeField()),
            ],
            options={
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(fields=('quarter', 'what', 'box', 'outcome', 'within_ms'), name='one_tally_of_each_kind')],
            },
        ),
    ]
