import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0012_indexes'),
    ]

    operations = [
        migrations.CreateModel(
            name='PortalMail',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('code', 'Code'), ('notice', 'Notice'), ('invitation', 'Invitation'), ('decoy', 'Decoy')], max_length=10)),
                ('recipient', models.CharField(db_index=True, max_length=64)),
                ('topic', models.CharField(blank=True, db_index=True, max_length=64)),
                ('encrypted_content', models.TextField()),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('due_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('expires_at', models.DateTimeField(db_index=True)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('invitation', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='mails', to='accounts.invitation')),
            ],
            options={
                'indexes': [models.Index(fields=['kind', 'due_at'], name='mail_due')],
            },
        ),
    ]
