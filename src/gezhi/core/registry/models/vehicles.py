"""车辆: whose car stands where, so that somebody can be asked to move it."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from gezhi.core.places.models import Building, Compound
from gezhi.core.privacy.fields import BlindIndexField, SealedField
from gezhi.core.registry.models.dwellings import Dwelling
from gezhi.core.registry.models.people import Person
from gezhi.core.registry.models.provenance import FieldChange, Sourced
from gezhi.core.registry.models.units import Enterprise, Shop


class PlateKind(models.TextChoices):
    """Those of GA/T 16.7 that stand in front of homes and shops, by their codes there."""

    LARGE = "01", "大型汽车"
    SMALL = "02", "小型汽车"
    MOTORCYCLE = "07", "普通摩托车"
    MOPED = "08", "轻便摩托车"
    LOW_SPEED = "13", "低速车"
    TRAILER = "15", "挂车"
    LEARNER = "16", "教练汽车"
    POLICE = "23", "警用汽车"
    LARGE_NEW_ENERGY = "51", "大型新能源汽车"
    SMALL_NEW_ENERGY = "52", "小型新能源汽车"
    OTHER = "99", "其他号牌"


class VehicleKind(models.TextChoices):
    """As far as the kind of plate and the room a vehicle takes follow from it."""

    CAR = "car", "小型客车"
    BUS = "bus", "大中型客车"
    LIGHT_TRUCK = "light_truck", "轻微型货车"
    TRUCK = "truck", "重中型货车"
    MOTORCYCLE = "motorcycle", "摩托车"
    LOW_SPEED = "low_speed", "三轮和低速货车"
    TRAILER = "trailer", "挂车"
    OTHER = "other", "其他"


class VehicleEnd(models.TextChoices):
    SOLD = "sold", "转让过户"
    MOVED = "moved", "不再停放"
    SCRAPPED = "scrapped", "报废注销"
    MISTAKEN = "mistaken", "登记有误"


class Vehicle(Sourced):
    """A vehicle while it is kept here, by its plate.

    Who answers for it is a person, an enterprise or a shop of the registry, or somebody the
    registry does not know: then `contact` and `phone` are all there is.
    """

    plate = SealedField("车牌号")
    plate_index = BlindIndexField("车牌索引")
    plate_kind = models.CharField("号牌种类", max_length=2, choices=PlateKind)
    kind = models.CharField("车辆类型", max_length=12, choices=VehicleKind, default="car")
    owner = models.ForeignKey(
        Person, models.PROTECT, null=True, related_name="vehicles", verbose_name="车主"
    )
    enterprise = models.ForeignKey(
        Enterprise, models.PROTECT, null=True, related_name="vehicles", verbose_name="所属单位"
    )
    shop = models.ForeignKey(
        Shop, models.PROTECT, null=True, related_name="vehicles", verbose_name="所属门店"
    )
    contact = SealedField("联系人", null=True)
    phone = SealedField("挪车电话", null=True)
    compound = models.ForeignKey(
        Compound, models.PROTECT, null=True, related_name="+", verbose_name="停放小区"
    )
    building = models.ForeignKey(
        Building, models.PROTECT, null=True, related_name="+", verbose_name="停放楼栋"
    )
    dwelling = models.ForeignKey(
        Dwelling, models.PROTECT, null=True, related_name="vehicles", verbose_name="停放房屋"
    )
    parking = models.CharField("停放位置", max_length=60, blank=True)
    since = models.DateField("停放自", null=True)
    until = models.DateField("停放至", null=True)
    end_reason = models.CharField("结束原因", max_length=10, choices=VehicleEnd, blank=True)
    remark = models.CharField("备注", max_length=200, blank=True)

    in_micro_grid = "building__micro_grid_id"

    class Meta:
        verbose_name = "车辆"
        ordering = ("id",)
        indexes = [
            models.Index(fields=("community", "id"), name="vehicles_of_a_community"),
            models.Index(fields=("grid", "id"), name="vehicles_of_a_grid"),
            models.Index(fields=("plate_index",), name="vehicles_by_plate"),
        ]
        constraints = [
            # The kind belongs to the number: a car and a lorry may bear the same one.
            models.UniqueConstraint(
                fields=("plate_index", "plate_kind"),
                condition=Q(until=None),
                name="a_plate_is_kept_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(owner=None, enterprise=None)
                | Q(owner=None, shop=None)
                | Q(enterprise=None, shop=None),
                name="a_vehicle_has_one_holder",
            ),
            models.CheckConstraint(
                condition=Q(since=None) | Q(until=None) | Q(until__gte=F("since")),
                name="no_vehicle_leaves_before_it_came",
            ),
        ]

    def __str__(self) -> str:
        return f"vehicle {self.pk}"

    @property
    def stands_at(self) -> str:
        """The home, building or compound it is kept at; empty where none is known."""
        if self.dwelling is not None:
            return self.dwelling.address
        if self.building is not None:
            return f"{self.building.compound.name} {self.building.name}"
        return self.compound.name if self.compound is not None else ""

    @property
    def blocked(self) -> bool:
        """Whether its owner's data may only be stored."""
        return self.owner is not None and self.owner.blocked


class VehicleChange(FieldChange):
    subject = models.ForeignKey(Vehicle, models.CASCADE, related_name="history")

    class Meta(FieldChange.Meta):
        verbose_name = "车辆变更"
