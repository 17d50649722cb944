from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name='Heartbeat',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('program', models.CharField(max_length=40, verbose_name='program')),
                ('host', models.CharField(max_length=255, verbose_name='host')),
                ('at', models.DateTimeField(verbose_name='last sign of life')),
                ('outcome', models.CharField(blank=True, max_length=200, verbose_name='last round')),
                ('succeeded', models.BooleanField(default=True, verbose_name='without a failure')),
            ],
            options={
                'verbose_name': 'background program',
                'verbose_name_plural': 'background programs',
                'permissions': (('view_operations', 'Can see how the portal is doing'),),
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(fields=('program', 'host'), name='one_heartbeat_of_a_program_on_a_host')],
            },
        ),
    ]
