"""Personal fields in full: asked with a purpose, logged before they are shown."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from gezhi.core.privacy.pages.revealing import RevealListPage, RevealPage
from gezhi.core.registry import reads, rights, vehicle_reads
from gezhi.core.registry.pages.people_lists import CareList, PersonList
from gezhi.core.registry.pages.vehicle_lists import VehicleList


class RevealPerson(RevealPage):
    path, name = "people/<uuid:pk>/reveal/", "registry.reveal_person"
    crumbs = ("registry.people",)
    sees = rights.SEE_PEOPLE
    rows = reads.any_person
    fields = (
        *("name", "id_no", "phone", "birth_date", "hukou_address", "other_phones", "former_name"),
        *("occupation", "workplace", "political_status"),
    )


class RevealPeople(RevealListPage):
    path, name = "people/reveal/", "registry.reveal_people"
    of = PersonList
    crumbs = ("registry.people",)
    fields = ("name", "phone", "id_no")


class RevealCared(RevealListPage):
    path, name = "care/reveal/", "registry.reveal_cared"
    title = _("显示本页明文")
    of = CareList
    crumbs = ("registry.care",)
    fields = ("name", "phone")


class RevealDwelling(RevealPage):
    path, name = "dwellings/<uuid:pk>/reveal/", "registry.reveal_dwelling"
    crumbs = ("registry.dwellings",)
    sees = rights.SEE_DWELLINGS
    rows = reads.any_dwelling
    fields = ("owner_name", "owner_phone", "owner_id_no")


class RevealEnterprise(RevealPage):
    path, name = "enterprises/<uuid:pk>/reveal/", "registry.reveal_enterprise"
    crumbs = ("registry.enterprises",)
    sees = rights.SEE_UNITS
    rows = reads.enterprises
    fields = ("contact", "phone", "legal_rep")


class RevealShop(RevealPage):
    path, name = "shops/<uuid:pk>/reveal/", "registry.reveal_shop"
    crumbs = ("registry.shops",)
    sees = rights.SEE_UNITS
    rows = reads.shops
    fields = ("contact", "phone", "landlord")


class RevealSite(RevealPage):
    path, name = "sites/<uuid:pk>/reveal/", "registry.reveal_site"
    crumbs = ("registry.sites",)
    sees = rights.SEE_UNITS
    rows = reads.sites
    fields = ("manager", "phone", "safety_officer", "wage_officer", "dust_trio")


class RevealVehicle(RevealPage):
    path, name = "vehicles/<uuid:pk>/reveal/", "registry.reveal_vehicle"
    crumbs = ("registry.vehicles",)
    sees = rights.SEE_VEHICLES
    rows = vehicle_reads.any_vehicle
    fields = ("plate", "contact", "phone")


class RevealVehicles(RevealListPage):
    path, name = "vehicles/reveal/", "registry.reveal_vehicles"
    of = VehicleList
    crumbs = ("registry.vehicles",)
    fields = ("plate", "contact", "phone")


pages = (
    RevealPeople,
    RevealCared,
    RevealPerson,
    RevealDwelling,
    RevealEnterprise,
    RevealShop,
    RevealSite,
    RevealVehicle,
    RevealVehicles,
)
