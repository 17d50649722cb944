"""Prepare the portal: its database, people, secureboxes and static files. What exists already does not change."""

import hashlib
import io
from collections.abc import Iterator
from pathlib import Path

from django.contrib.auth import get_user_model
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import DatabaseError, connection, connections, transaction
from django.db.migrations.exceptions import InconsistentMigrationHistory
from django.db.migrations.executor import MigrationExecutor

from portal.accounts.allauth_compat import TOTP, totp_code
from portal.accounts.models import Company, CompanyKey
from portal.demo import cast, data_folder
from portal.demo.website import identity
from portal.embed.models import Website

WEBSITES = ("Northwind's website", "Northwind's website, as the portal's neighbour")


def prepare(site_port: int) -> None:
    try:
        _migrate()
        _create_people_and_boxes()
        _register_website(site_port)
        call_command("tidy", stdout=io.StringIO())  # As once a day in production.
    except (DatabaseError, InconsistentMigrationHistory) as error:
        raise CommandError(
            f"{data_folder.PORTAL_DATABASE} cannot be used: {error}. To start afresh: make run ARGS=--reset"
        ) from error
    finally:
        connections.close_all()  # From now on only the server uses the database.
    _collect_static_files()


def operator_code() -> str:
    """The code that the operator's authenticator app shows now."""
    return totp_code(cast.OPERATOR_SECRET)


def _migrate() -> None:
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", verbosity=0, interactive=False)


@transaction.atomic
def _create_people_and_boxes() -> None:
    """Once, and all or nothing: what users change or delete in the demo stays changed."""
    if get_user_model().objects.exists():
        return
    for person in (cast.ANNA, cast.MINH, cast.OPERATOR):
        call_command(
            "consumer",
            person.address,
            first_name=person.first_name,
            last_name=person.last_name,
            password=person.password,
            operator=person is cast.OPERATOR,
            stdout=io.StringIO(),
        )
    TOTP.activate(get_user_model().objects.get(email=cast.OPERATOR.address), cast.OPERATOR_SECRET)
    for slug, options in cast.SECUREBOXES.items():
        call_command("securebox", slug, stdout=io.StringIO(), **options)


@transaction.atomic
def _register_website(port: int) -> None:
    """Register the website once, but update its origins at each start: they hold its port, which may have changed."""
    if not Company.objects.exists() and not Website.objects.exists():
        company = Company.objects.create(name=identity.NAME, issuer=identity.ISSUER)
        CompanyKey.objects.create(
            company=company,
            key_id=identity.KEY_ID,
            algorithm=identity.ALGORITHM,
            public_key=identity.public_key(),
        )
        for name, origin in _websites(port):
            Website.objects.create(name=name, origin=origin, company=company)
    for name, origin in _websites(port):
        Website.objects.filter(name=name).update(origin=origin)


def _websites(port: int) -> Iterator[tuple[str, str]]:
    return zip(WEBSITES, identity.origins(port), strict=True)


def _collect_static_files() -> None:
    """Collect again only if a file has changed: hashing and compressing takes seconds."""
    fingerprint = hashlib.sha256("\n".join(sorted(_static_sources())).encode()).hexdigest()
    known = data_folder.STATIC_FINGERPRINT
    if (
        known.exists()
        and known.read_text() == fingerprint
        and (data_folder.STATIC / "staticfiles.json").exists()
    ):
        return
    call_command("collectstatic", verbosity=0, interactive=False)
    known.write_text(fingerprint)


def _static_sources() -> Iterator[str]:
    for finder in get_finders():
        for name, storage in finder.list(None):
            path = Path(storage.path(name))
            stat = path.stat()
            yield f"{path} {stat.st_size} {stat.st_mtime_ns}"
