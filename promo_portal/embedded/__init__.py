"""Private PostgreSQL, Valkey and mail sink for a machine that has none: demo, development, tests and CI.

The server programs come from wheels (or from the system); the launcher is our own: unix sockets, no ports, a state
folder per checkout, one owner at a time. Production never comes here: its settings demand real servers by name.
Nothing in this package imports Django, since it runs before the settings are read.
"""

from promo_portal.embedded.errors import EmbeddedError
from promo_portal.embedded.mail import MailSink
from promo_portal.embedded.places import State
from promo_portal.embedded.postgres import EmbeddedPostgres
from promo_portal.embedded.services import Services
from promo_portal.embedded.sharing import run_with_servers
from promo_portal.embedded.valkey import EmbeddedValkey

__all__ = [
    "EmbeddedError",
    "EmbeddedPostgres",
    "EmbeddedValkey",
    "MailSink",
    "Services",
    "State",
    "run_with_servers",
]
