"""Several visitors at once: what a search takes while others search too, on as many workers as a small server has."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import count, cycle, islice

from promo_portal.demo.bench.pages import Page, renewed
from promo_portal.demo.bench.server import PageFailed, Timing, Web, web_worker

CLIENTS, WORKERS = 4, 2
REQUESTS = 200  # of each page, over all its addresses
WARMING = 2  # requests per address before those that count


@dataclass
class Together:
    """A page under several clients, in milliseconds; ``goal`` is the median and the 90th percentile wanted."""

    name: str
    goal: tuple[float, float]
    addresses: int
    times: list[float] = field(default_factory=list)
    failure: str = ""

    @property
    def timing(self) -> Timing:
        return Timing(self.times)


def measure_together(pages: Sequence[Page], told: Callable[[str], object]) -> list[Together]:
    """Ask for the pages that have a goal, one page after the other, always ``CLIENTS`` requests at once."""
    found = []
    with web_worker(workers=WORKERS) as web:
        for page in pages:
            if page.goal is not None:
                told(f"{page.name}, {CLIENTS} clients")
                found.append(_ask(web, page, page.goal))
    return found


def _ask(web: Web, page: Page, goal: tuple[float, float]) -> Together:
    addresses, serial = list(page.addresses()), count(1_000)
    seen = Together(page.name, goal, len(addresses))
    warming = [renewed(address, next(serial)) for address in addresses * WARMING]
    wanted = [renewed(address, next(serial)) for address in islice(cycle(addresses), max(REQUESTS, len(addresses)))]
    try:
        with ThreadPoolExecutor(CLIENTS) as clients:
            list(clients.map(lambda address: web.time(address, 1), warming))
            seen.times = [times[0] for times in clients.map(lambda address: web.time(address, 1), wanted)]
    except PageFailed as error:
        seen.failure = str(error)
    return seen
