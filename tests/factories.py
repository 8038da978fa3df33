"""The suite's people and places; each app's own rows have factories beside their tests."""

from datetime import date
from typing import Any

import factory
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client

from promo_portal.accounts.enums import SECOND_FACTOR_ROLES, Role
from promo_portal.accounts.models import Membership, User
from promo_portal.regions.models import Association, Canton, District, Municipality, Region
from promo_portal.regions.names import search_name


class CantonFactory(factory.django.DjangoModelFactory[Canton]):
    class Meta:
        model = Canton
        django_get_or_create = ("code",)

    code = "BE"
    name_fr = "Berne"
    name_de = "Bern"


class AssociationFactory(factory.django.DjangoModelFactory[Association]):
    class Meta:
        model = Association
        django_get_or_create = ("code",)

    code = factory.Sequence(lambda n: f"association-{n}")
    name_fr = factory.Sequence(lambda n: f"Association {n}")
    name_de = factory.Sequence(lambda n: f"Verein {n}")
    phone = "+41320000000"
    email = factory.LazyAttribute(lambda o: f"{o.code}@association.example")


class RegionFactory(factory.django.DjangoModelFactory[Region]):
    class Meta:
        model = Region
        django_get_or_create = ("code",)

    code = factory.LazyAttribute(lambda o: f"region-{o.association.code}")
    name_fr = "Jura bernois"
    name_de = "Berner Jura"
    canton = factory.SubFactory(CantonFactory)
    association = factory.SubFactory(AssociationFactory)


class DistrictFactory(factory.django.DjangoModelFactory[District]):
    class Meta:
        model = District
        django_get_or_create = ("region",)

    bfs = factory.Sequence(lambda n: 9000 + n)
    name_fr = "Jura bernois"
    name_de = "Berner Jura"
    canton = factory.SubFactory(CantonFactory)
    region = factory.SubFactory(RegionFactory)


class MunicipalityFactory(factory.django.DjangoModelFactory[Municipality]):
    class Meta:
        model = Municipality
        django_get_or_create = ("bfs",)

    bfs = factory.Sequence(lambda n: 9000 + n)
    official_name = factory.Sequence(lambda n: f"Commune {n}")
    name_fr = factory.SelfAttribute("official_name")
    name_de = factory.SelfAttribute("official_name")
    search_name = factory.LazyAttribute(lambda o: search_name([o.official_name]))
    canton = factory.SubFactory(CantonFactory)
    district = factory.SubFactory(DistrictFactory)
    valid_from = date(2000, 1, 1)


class UserFactory(factory.django.DjangoModelFactory[User]):
    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"personne{n}@exemple.example")
    first_name = "Prénom"
    last_name = factory.Sequence(lambda n: f"Nom{n}")
    language = "fr"


def member(
    role: str, association: Association | None, *, municipality: Municipality | None = None, **fields: Any
) -> User:
    """A person who has held a role since 2024, with a second factor where the role needs one."""
    user = UserFactory(**fields)
    Membership.objects.create(
        user=user, role=role, association=association, municipality=municipality, valid_from=date(2024, 1, 1)
    )
    if Role(role) in SECOND_FACTOR_ROLES:
        give_second_factor(user)
    return user


def give_second_factor(user: User) -> Authenticator:
    """Enrol an authenticator app and recovery codes."""
    totp = TOTP.activate(user, generate_totp_secret()).instance
    RecoveryCodes.activate(user)
    return totp


def sign_in(client: Client, user: User, *, second_factor: bool = True) -> None:
    """Put a signed-in session into a test browser, as allauth would leave it."""
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    session = client.session
    methods: list[dict[str, Any]] = [{"method": "password", "at": 1_700_000_000, "email": user.email}]
    if second_factor and Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists():
        methods.append({"method": "mfa", "at": 1_700_000_001, "type": "totp", "id": 1})
    session["account_authentication_methods"] = methods
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
