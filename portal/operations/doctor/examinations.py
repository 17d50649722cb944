"""What is examined: the order is that of the report, within findings that are equally grave."""

from functools import partial

from portal.operations.doctor import (
    certificates,
    database,
    disk,
    keys,
    mail,
    programs,
    proxy,
    redis_cache,
    settings_checks,
    static_files,
    upstream,
)
from portal.operations.doctor.examination import Examination, Report, run


def examine(address: str = "", securebox: str = "") -> Report:
    """Examine the whole installation. With the address of a consumer, also how the API shows their mail.

    It takes some seconds at most, whatever does not answer, and changes nothing but a row with the time.
    """
    return run([*_ours(), *_theirs(address, securebox)])


def _ours() -> list[Examination]:
    return [
        Examination(settings_checks.TOPIC, settings_checks.look),
        Examination(database.TOPIC, database.look),
        Examination(redis_cache.TOPIC, redis_cache.look),
        Examination(programs.TOPIC, programs.look),
        Examination(mail.TOPIC, mail.look, seconds=10.0),
        Examination(proxy.TOPIC, proxy.look),
        Examination(keys.TOPIC, keys.look),
        Examination(static_files.TOPIC, static_files.look),
        Examination(disk.TOPIC, disk.look),
    ]


def _theirs(address: str, securebox: str) -> list[Examination]:
    names = upstream.names()
    looks = [partial(upstream.look, name) for name in names]
    seconds = 10.0
    if address:
        looks, seconds = [partial(upstream.look_closely, address, securebox)], upstream.SECONDS + 5.0
    return [
        *(Examination(upstream.TOPIC, look, seconds) for look in looks),
        *(Examination(certificates.TOPIC, partial(certificates.look, name), 10.0) for name in names),
    ]
