"""实有房屋: the dwelling (a room with an address) and what is known about it."""

from __future__ import annotations

from django.db import models

from gezhi.core.places.models import Building
from gezhi.core.privacy.fields import SealedField
from gezhi.core.registry.models.provenance import FieldChange, Sourced


class BuildingUse(models.TextChoices):
    RESIDENTIAL = "residential", "住宅"
    MIXED = "mixed", "商住"
    COMMERCIAL = "commercial", "商用"
    INDUSTRIAL = "industrial", "厂房仓储"
    OFFICE = "office", "办公"
    OTHER = "other", "其他"


class Tenure(models.TextChoices):
    MARKET = "market", "商品房"
    RESETTLEMENT = "resettlement", "安置房"
    PUBLIC_RENTAL = "public_rental", "公租房"
    SELF_BUILT = "self_built", "村民自建"
    WORK_UNIT = "work_unit", "单位房"


class UseState(models.TextChoices):
    SELF = "self", "自住"
    RENTED = "rented", "出租"
    VACANT = "vacant", "空置"
    BUSINESS = "business", "办公经营"
    BUILDING = "building", "在建"
    UNKNOWN = "unknown", "未核实"


class RentUse(models.TextChoices):
    LIVING = "living", "居住"
    BUSINESS = "business", "经营"
    STORAGE = "storage", "仓储"
    MIXED = "mixed", "混合"


class Hazard(models.TextChoices):
    NONE = "none", "无"
    ORDER = "order", "治安"
    FIRE = "fire", "消防"
    STRUCTURE = "structure", "结构"
    GAS_ELECTRIC = "gas_electric", "燃气电气"
    OTHER = "other", "其他"


class Dwelling(Sourced):
    """One room with its address: `紫兰苑 3号楼 2单元 501室`."""

    building = models.ForeignKey(
        Building,
        models.PROTECT,
        related_name="dwellings",
        verbose_name="楼栋",
        db_index=False,  # the constraint below begins with it
    )
    unit = models.PositiveSmallIntegerField("单元", default=0)
    """0 where the building has no units."""
    floor = models.SmallIntegerField("楼层", default=0)
    room = models.CharField("房号", max_length=20)
    house_code = models.CharField("房屋编码", max_length=30, unique=True)
    address = models.CharField("地址", max_length=120)
    """Short display, written once here because every list shows it."""
    use = models.CharField("建筑用途", max_length=12, choices=BuildingUse, default="residential")
    structure = models.CharField("房屋结构", max_length=20, blank=True)
    area = models.DecimalField("建筑面积（平方米）", max_digits=8, decimal_places=2, null=True)
    rooms = models.PositiveSmallIntegerField("房间数", null=True)
    tenure = models.CharField("产权性质", max_length=14, choices=Tenure, blank=True)
    use_state = models.CharField("使用状态", max_length=10, choices=UseState, default="unknown")
    rent_use = models.CharField("出租用途", max_length=10, choices=RentUse, blank=True)
    group_rental = models.BooleanField("是否群租", null=True)
    hazard = models.CharField("隐患类型", max_length=14, choices=Hazard, blank=True)
    lease_filing_no = models.CharField("登记备案号", max_length=40, blank=True)
    lease_from = models.DateField("租期自", null=True)
    lease_to = models.DateField("租期至", null=True)
    owner_name = SealedField("产权人", null=True)
    owner_id_no = SealedField("产权人证件号", null=True)
    owner_phone = SealedField("产权人电话", null=True)
    tenants = models.PositiveSmallIntegerField("租户人数", null=True)
    residents = models.PositiveSmallIntegerField("现住人数", default=0)
    """Living there now; kept by the actions on residence."""
    remark = models.CharField("备注", max_length=200, blank=True)

    in_micro_grid = "building__micro_grid_id"

    class Meta:
        verbose_name = "房屋"
        ordering = ("address",)
        indexes = [
            models.Index(fields=("community", "id"), name="dwellings_of_a_community"),
            models.Index(fields=("grid", "id"), name="dwellings_of_a_grid"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=("building", "unit", "room"), name="a_room_is_listed_once_in_its_unit"
            )
        ]

    def __str__(self) -> str:
        return self.address


class DwellingChange(FieldChange):
    subject = models.ForeignKey(Dwelling, models.CASCADE, related_name="history")

    class Meta(FieldChange.Meta):
        verbose_name = "房屋变更"
