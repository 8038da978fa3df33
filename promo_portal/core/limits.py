"""How often something may happen: claims that hold for a while, in the shared cache or, when that is away, in a table.

A limit of five an hour is five claims that each end an hour after they were taken. So no hour, wherever it begins, holds
more than five, and of several simultaneous takers exactly one gets each claim. Names are stored as digests: neither the
cache nor the table tells whose address it was.
"""

import hmac
from ipaddress import IPv6Address, ip_address, ip_network

import structlog
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)


def _digest(name: str) -> str:
    return hmac.new(settings.SECRET_KEY.encode(), f"claim:{name}".encode(), "sha256").hexdigest()


def claim(name: str, *, seconds: int) -> bool:
    """Take ``name`` for so many seconds of real time; ``False`` while somebody holds it."""
    key = _digest(name)
    add = getattr(cache, "add_or_fail", cache.add)
    try:
        return bool(add(f"claim:{key}", 1, seconds))
    except (RedisError, OSError) as error:
        log.warning("claim_in_database", error=type(error).__name__)
        return _claim_row(key, seconds)


def _claim_row(key: str, seconds: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM core_claim WHERE until < clock_timestamp() - interval '1 day'")
        cursor.execute(
            "INSERT INTO core_claim (key, until) VALUES (%s, clock_timestamp() + make_interval(secs => %s))"
            " ON CONFLICT (key) DO UPDATE SET until = EXCLUDED.until WHERE core_claim.until <= clock_timestamp()"
            " RETURNING key",
            [key, seconds],
        )
        return cursor.fetchone() is not None


def allow(name: str, *, times: int, seconds: int) -> bool:
    """Whether ``name`` may happen once more: at most ``times`` within any ``seconds``."""
    return any(claim(f"{name}:{number}", seconds=seconds) for number in range(times))


def network_of(address: str) -> str:
    """Whom a limit counts: one IPv4 address, or the 48-bit prefix that a household's IPv6 addresses share."""
    try:
        client = ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(client, IPv6Address):
        if client.ipv4_mapped:
            return str(client.ipv4_mapped)
        return str(ip_network(f"{client}/48", strict=False).network_address)
    return str(client)
