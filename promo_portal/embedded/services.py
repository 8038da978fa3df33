"""The private servers of one state folder, as far as the environment does not name real ones."""

import os
from types import TracebackType
from typing import Self

from promo_portal.embedded.children import end_leftovers
from promo_portal.embedded.mail import MailSink
from promo_portal.embedded.places import State
from promo_portal.embedded.postgres import EmbeddedPostgres
from promo_portal.embedded.valkey import EmbeddedValkey


class Services:
    """PostgreSQL, Valkey and the mail sink, started in this order and stopped in the reverse.

    ``DATABASE_URL``, ``REDIS_URL`` with ``CACHE_URL``, and ``EMAIL_URL`` are respected each on its own: what is given
    is used and not started. With ``private=True`` nothing given counts, for tests that handle servers roughly.
    """

    def __init__(self, state: State, *, durable: bool = True, private: bool = False) -> None:
        given = {} if private else {name: value for name in os.environ if (value := os.environ[name])}
        self.state = state
        self.postgres = None if "DATABASE_URL" in given else EmbeddedPostgres(state, durable=durable)
        self.valkey = None if {"REDIS_URL", "CACHE_URL"} <= given.keys() else EmbeddedValkey(state)
        self.mail = None if "EMAIL_URL" in given else MailSink(state)
        self._given = given

    @property
    def environment(self) -> dict[str, str]:
        """Return the variables that settings read; those given from outside stay as they are."""
        found: dict[str, str] = {}
        for server in (self.postgres, self.valkey, self.mail):
            if server:
                found |= server.environment
        return {name: value for name, value in found.items() if name not in self._given}

    def start(self) -> None:
        """Start what is needed; what a killed owner left behind ends first."""
        self.state.prepare()
        end_leftovers(self.state)
        try:
            for server in (self.postgres, self.valkey, self.mail):
                if server:
                    server.start()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        for server in (self.mail, self.valkey, self.postgres):
            if server:
                server.stop()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
