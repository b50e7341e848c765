"""企业·公共单位, 门店, 工地."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from gezhi.core.places.models import Building
from gezhi.core.privacy.fields import BlindIndexField, SealedField
from gezhi.core.registry.models.provenance import FieldChange, Sourced


class UnitState(models.TextChoices):
    OPEN = "open", "在业"
    SUSPENDED = "suspended", "停业"
    CLOSED = "closed", "注销"
    MOVED = "moved", "搬离"


def _found_by(rows: str) -> list[models.Index]:
    """Indexes of a kind of unit: its lists, part of its name, the telephone."""
    return [
        models.Index(fields=("community", "id"), name=f"{rows}_of_a_community"),
        models.Index(fields=("grid", "id"), name=f"{rows}_of_a_grid"),
        GinIndex(fields=("name",), name=f"{rows}_by_name", opclasses=("gin_trgm_ops",)),
        models.Index(
            fields=("phone_index",),
            name=f"{rows}_by_phone",
            condition=Q(phone_index__isnull=False),
        ),
    ]


class Located(Sourced):
    """A unit one can stand in front of: an address, perhaps a building, perhaps a point."""

    name = models.CharField("名称", max_length=120)
    pinyin = models.CharField("拼音", max_length=240, blank=True)
    initials = models.CharField("拼音首字母", max_length=60, blank=True)
    uscc = models.CharField("统一社会信用代码", max_length=18, blank=True)
    address = models.CharField("地址", max_length=160)
    building = models.ForeignKey(
        Building, models.PROTECT, null=True, related_name="+", verbose_name="楼栋"
    )
    lon = models.FloatField("经度", null=True)
    lat = models.FloatField("纬度", null=True)
    contact = SealedField("联系人", null=True)
    phone = SealedField("联系电话", null=True)
    phone_index = BlindIndexField("电话索引")
    remark = models.CharField("备注", max_length=200, blank=True)

    in_micro_grid = "building__micro_grid_id"

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name


class EnterpriseKind(models.TextChoices):
    COMPANY = "company", "企业"
    SELF_EMPLOYED = "self_employed", "个体工商户"
    COOPERATIVE = "cooperative", "农民专业合作社"
    INSTITUTION = "institution", "事业单位"
    SOCIAL = "social", "社会组织"
    SELF_GOVERNING = "self_governing", "基层群众性自治组织"
    OTHER = "other", "其他"


class PublicUnitKind(models.TextChoices):
    SCHOOL = "school", "学校"
    KINDERGARTEN = "kindergarten", "幼儿园"
    CLINIC = "clinic", "医疗机构"
    HOTEL = "hotel", "宾馆"
    MARKET = "market", "市场商超"
    OFFICE = "office", "机关单位"
    COMPANY = "company", "企业园区"
    OTHER = "other", "其他"


class Enterprise(Located):
    """企业/单位; with `public_unit` set, also one of the 公共单位 counted in sweeps."""

    kind = models.CharField("单位类型", max_length=16, choices=EnterpriseKind, default="company")
    public_unit = models.CharField(
        "公共单位类别", max_length=14, choices=PublicUnitKind, blank=True
    )
    industry = models.CharField("行业", max_length=60, blank=True)
    registered_address = models.CharField("注册地址", max_length=160, blank=True)
    legal_rep = SealedField("法定代表人", null=True)
    staff_count = models.PositiveIntegerField("从业人数", null=True)
    party_members = models.PositiveIntegerField("党员人数", null=True)
    party_org = models.BooleanField("是否建立党组织", null=True)
    above_scale = models.BooleanField("规上", null=True)
    key_trades = ArrayField(
        models.CharField(max_length=20), default=list, blank=True, verbose_name="重点行业"
    )
    safety_level = models.CharField("安全等级", max_length=10, blank=True)
    state = models.CharField("经营状态", max_length=10, choices=UnitState, default="open")

    class Meta:
        verbose_name = "企业/单位"
        ordering = ("name",)
        indexes = _found_by("enterprises")
        constraints = [
            models.UniqueConstraint(
                fields=("uscc",),
                condition=~Q(uscc=""),
                name="a_credit_code_belongs_to_one_enterprise",
            )
        ]


class EnterpriseChange(FieldChange):
    subject = models.ForeignKey(Enterprise, models.CASCADE, related_name="history")

    class Meta(FieldChange.Meta):
        verbose_name = "企业变更"


class Shop(Located):
    """门店/商户: `name` is what the sign says."""

    licence_name = models.CharField("执照名称", max_length=120, blank=True)
    licence_pinyin = models.CharField("执照名称拼音", max_length=240, blank=True)
    licence_initials = models.CharField("执照名称拼音首字母", max_length=60, blank=True)
    trade = models.CharField("业态", max_length=30)
    area = models.DecimalField("面积（平方米）", max_digits=8, decimal_places=2, null=True)
    staff_count = models.PositiveIntegerField("从业人数", null=True)
    sleepers = models.BooleanField("店内住人", null=True)
    """三合一: whether anybody sleeps where they trade or store."""
    gas = models.CharField("用气方式", max_length=20, blank=True)
    extinguishers = models.PositiveSmallIntegerField("灭火器数量", null=True)
    frontage_duty = models.CharField("门前责任", max_length=60, blank=True)
    opening_hours = models.CharField("营业时间", max_length=60, blank=True)
    landlord = SealedField("房东", null=True)
    lease_to = models.DateField("租期至", null=True)
    state = models.CharField("经营状态", max_length=10, choices=UnitState, default="open")

    class Meta:
        verbose_name = "门店"
        ordering = ("name",)
        indexes = [
            *_found_by("shops"),
            GinIndex(
                fields=("licence_name",), name="shops_by_licence", opclasses=("gin_trgm_ops",)
            ),
            models.Index(fields=("uscc",), name="shops_by_credit_code"),
        ]


class ShopChange(FieldChange):
    subject = models.ForeignKey(Shop, models.CASCADE, related_name="history")

    class Meta(FieldChange.Meta):
        verbose_name = "门店变更"


class SiteStage(models.TextChoices):
    PLANNED = "planned", "未开工"
    DEMOLITION = "demolition", "拆除"
    EARTHWORK = "earthwork", "土方"
    FOUNDATION = "foundation", "基础"
    MAIN = "main", "主体"
    FITTING = "fitting", "装修"
    MUNICIPAL = "municipal", "市政"
    STOPPED = "stopped", "停工"
    FINISHED = "finished", "竣工"


class Site(Located):
    """工地."""

    project_name = models.CharField("项目名称", max_length=120, blank=True)
    project_code = models.CharField("项目代码", max_length=40, blank=True)
    developer = models.CharField("建设单位", max_length=120)
    contractor = models.CharField("施工单位", max_length=120)
    supervisor = models.CharField("监理单位", max_length=120, blank=True)
    manager = SealedField("项目经理", null=True)
    safety_officer = SealedField("专职安全员", null=True)
    wage_officer = SealedField("劳资专管员", null=True)
    dust_trio = SealedField("扬尘三员", null=True)
    area = models.DecimalField("建筑面积（平方米）", max_digits=10, decimal_places=2, null=True)
    cost_fen = models.BigIntegerField("造价（分）", null=True)
    permit_no = models.CharField("施工许可证号", max_length=40, blank=True)
    below_limit = models.BooleanField("限额以下", default=False)
    starts_on = models.DateField("开工日期", null=True)
    ends_on = models.DateField("计划竣工日期", null=True)
    stage = models.CharField("施工阶段", max_length=12, choices=SiteStage)
    workers = models.PositiveIntegerField("工人数", null=True)
    dormitory = models.PositiveIntegerField("宿舍人数", null=True)
    cranes = models.PositiveSmallIntegerField("塔吊数", null=True)
    video = models.BooleanField("视频接入", null=True)
    dust_sensor = models.CharField("扬尘监测设备号", max_length=40, blank=True)
    spoil_permit = models.CharField("渣土核准号", max_length=40, blank=True)

    class Meta:
        verbose_name = "工地"
        ordering = ("name",)
        indexes = _found_by("sites")


class SiteChange(FieldChange):
    subject = models.ForeignKey(Site, models.CASCADE, related_name="history")

    class Meta(FieldChange.Meta):
        verbose_name = "工地变更"
