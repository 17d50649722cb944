"""Makes the portal ready: its database, its people and secureboxes, its static files. What is there is left alone."""

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
        _bring_in_the_cast()
        _bring_in_the_website(site_port)
    except (DatabaseError, InconsistentMigrationHistory) as error:
        raise CommandError(
            f"{data_folder.PORTAL_DATABASE} cannot be used: {error}. To start afresh: make run ARGS=--reset"
        ) from error
    finally:
        connections.close_all()  # The database belongs to the server now.
    _collect_static_files()


def operators_code() -> str:
    """What the operator's authenticator app shows now."""
    return totp_code(cast.OPERATOR_SECRET)


def _migrate() -> None:
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", verbosity=0, interactive=False)


@transaction.atomic
def _bring_in_the_cast() -> None:
    """All or nothing, and once: what people change in the demo, or delete, stays as they left it."""
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
def _bring_in_the_website(port: int) -> None:
    """Once as well; but it is known by its port, which may be another one today."""
    if not Company.objects.exists() and not Website.objects.exists():
        company = Company.objects.create(name=identity.NAME, issuer=identity.ISSUER)
        CompanyKey.objects.create(
            company=company,
            key_id=identity.KEY_ID,
            algorithm=identity.ALGORITHM,
            public_key=identity.public_key(),
        )
        for name, origin in _names(port):
            Website.objects.create(name=name, origin=origin, company=company)
    for name, origin in _names(port):
        Website.objects.filter(name=name).update(origin=origin)


def _names(port: int) -> Iterator[tuple[str, str]]:
    return zip(WEBSITES, identity.origins(port), strict=True)


def _collect_static_files() -> None:
    """Hashing and compressing takes seconds, so it is done again only where a file has changed."""
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
