"""What the answers hold: explicit fields, so that a column added to a model cannot leak."""

from datetime import date, datetime
from typing import Any, Literal

from ninja import Field, Schema


def _told(*, text: str, default: Any = ...) -> Any:
    """A field with a sentence for programmers, in English as the whole OpenAPI document is."""
    return Field(default, description=text)


class Problem(Schema):
    """What went wrong (RFC 9457)."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str = ""


class Label(Schema):
    """A word in three languages; English falls back to French where there is none."""

    fr: str
    de: str
    en: str


class Place(Schema):
    """A municipality by its number of the Federal Statistical Office."""

    bfs: int
    name: str


class Activity(Schema):
    """An activity by its NOGA 2025 code, without the dot."""

    code: str
    label: Label


class Capability(Schema):
    """Something an organisation can do, from the portal's vocabulary."""

    slug: str
    kind: str
    label: Label
    detail: str = _told(default="", text="Such as a size or the number of a standard.")


class Address(Schema):
    """Where letters go."""

    street: str
    extra: str
    postcode: str
    locality: str


class Company(Schema):
    """An organisation of the directory: a company, school, research institute, association or authority."""

    id: int
    name: str
    uid: str | None = _told(default=None, text="CHE-123.456.789")
    kind: str
    legal_form: Label | None = None
    size: str | None = _told(default=None, text="People employed: 1-9, 10-49, 50-249 or 250+.")
    founded_year: int | None = None
    municipality: Place
    address: Address
    lon: float | None = None
    lat: float | None = None
    phone: str
    email: str
    website: str
    languages: list[str]
    purpose: Label
    activities: list[Activity] = _told(text="The main one first.")
    capabilities: list[Capability]
    clusters: list[str] = _told(text="Short names of clusters.")
    logo_url: str | None = _told(default=None, text="WebP, at most 640 pixels wide.")
    photo_url: str | None = _told(default=None, text="WebP, at most 1280 pixels wide.")
    confirmed_on: date | None = _told(default=None, text="When the organisation last confirmed its entry.")
    is_demonstration: bool = _told(text="Invented, for demonstration.")
    url: str


class Premises(Schema):
    """Premises or land on the market."""

    id: int
    kind: str = _told(text="To let, for sale or in building right.")
    thing: Literal["premises", "plot"]
    use: str | None = None
    name: str
    site: str
    municipality: Place
    address: Address
    lon: float | None = None
    lat: float | None = None
    area: int = _told(text="All of it, in m².")
    smallest_part: int = _told(text="The smallest part to be had, in m².")
    largest_part: int = _told(text="The largest part in one piece, in m².")
    price: float | None = _told(
        default=None, text="CHF per m², and per year where it is let; none: on request or not told."
    )
    price_on_request: bool
    available_on: date | None = None
    published_on: date | None = None
    confirmed_on: date | None = None
    is_demonstration: bool
    url: str


class Cluster(Schema):
    """A geographic concentration of one competence."""

    slug: str
    name: Label
    makes: Label
    members: int = _told(text="Members that the public sees.")
    is_demonstration: bool
    url: str


class Event(Schema):
    """Something people come to."""

    id: int
    title: Label
    state: str
    cluster: str | None = None
    is_cluster_day: bool
    starts_at: datetime
    ends_at: datetime
    place: str
    address: str
    municipality: Place
    languages: list[str]
    price: float
    capacity: int
    seats_free: int
    registration_until: datetime | None = None
    is_demonstration: bool
    url: str


class Municipality(Schema):
    """A municipality that stands today."""

    bfs: int
    name: str
    name_fr: str
    name_de: str
    canton: str
    district: str | None = None
    region: str | None = _told(default=None, text="Short name of the economic region (canton of Bern).")
    lon: float | None = None
    lat: float | None = None
    valid_from: date


class ActivityLevel(Schema):
    """An activity of the general classification NOGA 2025, at one of its four levels."""

    code: str
    display_code: str
    level: str
    parent: str | None = None
    label: Label


class Listed(Schema):
    """What every list answers besides its items."""

    next: str | None = _told(default=None, text="Hand it back as `cursor` to read on; none at the end.")
    count: int = _told(text="How many there are in all; at least so many where it is not exact.")
    count_is_exact: bool
    hints: list[str] = _told(text="What could not be understood and was left out, in words.")


class CompanyList(Listed):
    """Companies and other organisations."""

    items: list[Company]


class PremisesList(Listed):
    """Offers of premises and land."""

    items: list[Premises]


class ClusterList(Listed):
    """Clusters."""

    items: list[Cluster]


class EventList(Listed):
    """Events."""

    items: list[Event]


class MunicipalityList(Listed):
    """Municipalities."""

    items: list[Municipality]


class ActivityList(Listed):
    """Activities."""

    items: list[ActivityLevel]


class Point(Schema):
    """A place (RFC 7946): longitude, latitude."""

    type: Literal["Point"] = "Point"
    coordinates: list[float]


class Feature(Schema):
    """Something with a place."""

    type: Literal["Feature"] = "Feature"
    id: int
    geometry: Point | None
    properties: dict[str, Any]


class FeatureCollection(Listed):
    """A page of features (RFC 7946)."""

    type: Literal["FeatureCollection"] = "FeatureCollection"
    source: str
    features: list[Feature]
