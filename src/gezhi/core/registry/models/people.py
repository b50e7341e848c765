"""实有人口: people, households, residence, care labels, life events, merging."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from gezhi.base.ids import uuid7
from gezhi.core.privacy.fields import BlindIndexField, SealedField
from gezhi.core.registry.models.dwellings import Dwelling
from gezhi.core.registry.models.provenance import FieldChange, Source, Sourced


class IdKind(models.TextChoices):
    ID_CARD = "id_card", "居民身份证"
    RESIDENCE_PERMIT = "residence_permit", "港澳台居民居住证"
    HK_MACAU_PERMIT = "hk_macau_permit", "港澳居民来往内地通行证"
    TAIWAN_PERMIT = "taiwan_permit", "台湾居民来往大陆通行证"
    PASSPORT = "passport", "外国人护照"
    NONE = "none", "暂无证件"


class PopulationClass(models.TextChoices):
    HUKOU = "hukou", "户籍人口"
    MIGRANT = "migrant", "流动人口"
    OVERSEAS = "overseas", "境外人员"
    UNREGISTERED = "unregistered", "未落户"


class HouseholdConsistency(models.TextChoices):
    """Four values of grassroots practice; GB/T 31000-2015 knows 01 (first) and 02 (the rest)."""

    MATCHED = "1", "人户一致"
    HERE_REGISTERED_ELSEWHERE = "2", "人在户不在"
    AWAY = "3", "户在人不在"
    EMPTY_REGISTRATION = "4", "空挂户"


class PersonState(models.TextChoices):
    PRESENT = "present", "在册"
    LEFT = "left", "已迁出"
    DECEASED = "deceased", "已故"
    MERGED = "merged", "已并入"


class Person(Sourced):
    """A person as believed now. Names, numbers and addresses leave it only through `privacy`."""

    name = models.CharField("姓名", max_length=60)
    given = models.CharField("名", max_length=60)
    """The name without its first character: finds 伟明 in 王伟明 by index."""
    pinyin = models.CharField("拼音", max_length=120)
    initials = models.CharField("拼音首字母", max_length=20)
    former_name = SealedField("曾用名", null=True)
    gender = models.CharField("性别", max_length=1, default="0")
    birth_date = models.DateField("出生日期", null=True)
    id_kind = models.CharField("证件类型", max_length=16, choices=IdKind, default="id_card")
    id_no = SealedField("公民身份号码", null=True)
    id_no_index = BlindIndexField("证件号索引")
    id_no_raw = SealedField("证件号原文", null=True)
    """As first written, where it was a 15-digit number or did not check."""
    provisional_key = BlindIndexField("临时识别码")
    """Index of name, birth date and head's ID number, for people without a number yet."""
    phone = SealedField("联系电话", null=True)
    phone_index = BlindIndexField("电话索引")
    other_phones = SealedField("其他电话", null=True)
    ethnicity = models.CharField("民族", max_length=2, blank=True)
    native_place = models.CharField("籍贯", max_length=60, blank=True)
    marital_status = models.CharField("婚姻状况", max_length=2, blank=True)
    political_status = models.CharField("政治面貌", max_length=2, blank=True)
    education = models.CharField("文化程度", max_length=2, blank=True)
    occupation_type = models.CharField("职业类别", max_length=3, blank=True)
    """GB/T 6565."""
    occupation = models.CharField("职业", max_length=60, blank=True)
    workplace = SealedField("工作单位", null=True)
    population_class = models.CharField("人口类别", max_length=12, choices=PopulationClass)
    consistency = models.CharField(
        "人户状态", max_length=1, choices=HouseholdConsistency, blank=True
    )
    hukou_region = models.CharField("户籍地区划", max_length=6, blank=True)
    hukou_address = SealedField("户籍地址", null=True)
    state = models.CharField("状态", max_length=8, choices=PersonState, default="present")
    ended_on = models.DateField("迁出/死亡日期", null=True)
    dwelling = models.ForeignKey(
        Dwelling,
        models.PROTECT,
        null=True,
        related_name="people",
        verbose_name="现住房屋",
    )
    """Where they live now, copied from the open residence for lists."""
    household = models.ForeignKey(
        "Household", models.PROTECT, null=True, related_name="people", verbose_name="户"
    )
    relation_to_head = models.CharField("与户主关系", max_length=2, blank=True)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="+", db_index=False
    )
    blocked = models.BooleanField("限制处理", default=False)
    """Storage only, on the person's request or by law."""
    remark = models.CharField("备注", max_length=200, blank=True)

    in_micro_grid = "dwelling__building__micro_grid_id"

    class Meta:
        verbose_name = "人员"
        ordering = ("id",)
        indexes = [
            models.Index(fields=("community", "id"), name="people_of_a_community"),
            models.Index(fields=("grid", "id"), name="people_of_a_grid"),
            models.Index(fields=("name",), name="people_by_name", opclasses=("text_pattern_ops",)),
            models.Index(
                fields=("given",), name="people_by_given", opclasses=("text_pattern_ops",)
            ),
            models.Index(
                fields=("pinyin",), name="people_by_pinyin", opclasses=("text_pattern_ops",)
            ),
            models.Index(
                fields=("initials",), name="people_by_initials", opclasses=("text_pattern_ops",)
            ),
            models.Index(
                fields=("phone_index",),
                name="people_by_phone",
                condition=Q(phone_index__isnull=False),
            ),
            # Deleting a person (a rolled-back import) asks who was merged into them.
            models.Index(
                fields=("merged_into",),
                name="people_merged_into",
                condition=Q(merged_into__isnull=False),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=("id_no_index",),
                condition=~Q(state="merged"),
                name="an_id_number_belongs_to_one_person",
            ),
            models.UniqueConstraint(
                fields=("provisional_key",),
                condition=Q(id_no_index=None) & ~Q(state="merged"),
                name="a_provisional_key_belongs_to_one_person",
            ),
            models.CheckConstraint(
                condition=~Q(state="merged") | Q(merged_into__isnull=False),
                name="a_merged_person_names_who_remains",
            ),
        ]

    def __str__(self) -> str:
        return f"person {self.pk}"


class PersonChange(FieldChange):
    subject = models.ForeignKey(Person, models.CASCADE, related_name="history")

    class Meta(FieldChange.Meta):
        verbose_name = "人员变更"


class Household(Sourced):
    """户: people who belong together at one address."""

    dwelling = models.ForeignKey(
        Dwelling, models.PROTECT, null=True, related_name="households", verbose_name="房屋"
    )
    household_no = models.CharField("户号", max_length=20, blank=True)
    kind = models.CharField(
        "户别",
        max_length=10,
        choices=[("family", "家庭户"), ("collective", "集体户")],
        default="family",
    )
    head = models.ForeignKey(
        Person, models.PROTECT, null=True, related_name="headed", verbose_name="户主"
    )
    members = models.PositiveSmallIntegerField("人数", default=0)
    """Present members; kept by the actions on residence."""
    dissolved_on = models.DateField("撤户日期", null=True)

    in_micro_grid = "dwelling__building__micro_grid_id"

    class Meta:
        verbose_name = "户"
        indexes = [
            models.Index(fields=("community", "id"), name="households_of_a_community"),
            models.Index(fields=("grid", "id"), name="households_of_a_grid"),
        ]


class HouseholdChange(FieldChange):
    subject = models.ForeignKey(Household, models.CASCADE, related_name="history")

    class Meta(FieldChange.Meta):
        verbose_name = "户变更"


class ResidenceKind(models.TextChoices):
    OWNED = "owned", "自有"
    RENTED = "rented", "租住"
    LODGING = "lodging", "寄居"
    COLLECTIVE = "collective", "集体"
    REGISTERED_ONLY = "registered_only", "户在人不在"


class Residence(models.Model):
    """One person's stay at one dwelling in one household. Closed and opened, never overwritten."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="residences")
    dwelling = models.ForeignKey(Dwelling, models.PROTECT, related_name="residences")
    household = models.ForeignKey(Household, models.PROTECT, null=True, related_name="residences")
    kind = models.CharField("居住方式", max_length=16, choices=ResidenceKind, default="owned")
    main = models.BooleanField("主要住处", default=True)
    moved_in = models.DateField("入住日期", null=True)
    """Null: since before records."""
    moved_out = models.DateField("搬离日期", null=True)
    out_reason = models.CharField("搬离原因", max_length=20, blank=True)
    source = models.ForeignKey(Source, models.PROTECT, related_name="+", db_index=False)
    closed_by = models.ForeignKey(
        Source, models.PROTECT, null=True, related_name="+", db_index=False
    )

    in_micro_grid = "dwelling__building__micro_grid_id"

    class Meta:
        verbose_name = "居住关系"
        constraints = [
            models.UniqueConstraint(
                fields=("person",),
                condition=Q(moved_out=None, main=True),
                name="a_person_has_one_main_home_at_a_time",
            ),
            models.UniqueConstraint(
                fields=("person", "dwelling"),
                condition=Q(moved_out=None),
                name="a_stay_is_open_once_for_a_person_and_dwelling",
            ),
            models.CheckConstraint(
                condition=Q(moved_in=None) | Q(moved_out=None) | Q(moved_out__gte=F("moved_in")),
                name="nobody_moves_out_before_moving_in",
            ),
        ]

    @property
    def since_birth(self) -> bool:
        """Whether the person was born into this stay: its first day then is their birthday."""
        return self.moved_in is not None and self.moved_in == self.person.birth_date


class CareKind(models.TextChoices):
    LIVING_ALONE = "living_alone", "独居老人"
    EMPTY_NEST = "empty_nest", "空巢老人"
    DISABLED_ELDERLY = "disabled_elderly", "失能老人"
    DISABILITY = "disability", "残疾人"
    MINIMUM_LIVING = "minimum_living", "低保对象"
    EXTREME_HARDSHIP = "extreme_hardship", "特困人员"
    CHILD_IN_DIFFICULTY = "child_in_difficulty", "困境儿童"
    PREFERENTIAL = "preferential", "优抚对象"
    VETERAN = "veteran", "退役军人"
    BEREAVED_PARENT = "bereaved_parent", "计生特殊家庭"
    SERIOUS_ILLNESS = "serious_illness", "重病患者"


class CareLabel(models.Model):
    """重点服务对象: a reason to look after somebody, seen only by those who have that duty."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="care_labels")
    kind = models.CharField("类别", max_length=24, choices=CareKind)
    detail = models.CharField("类别/等级", max_length=60, blank=True)
    valid_from = models.DateField("自")
    valid_to = models.DateField("至", null=True)
    source = models.ForeignKey(Source, models.PROTECT, related_name="+", db_index=False)

    in_micro_grid = "person__dwelling__building__micro_grid_id"

    class Meta:
        verbose_name = "重点服务标签"
        constraints = [
            models.UniqueConstraint(
                fields=("person", "kind"),
                condition=Q(valid_to=None),
                name="a_care_label_is_open_once_for_a_person",
            )
        ]


class MigrantFacts(models.Model):
    """What only concerns a migrant."""

    person = models.OneToOneField(Person, models.CASCADE, primary_key=True, related_name="migrant")
    inflow_reason = models.CharField("流入原因", max_length=2, blank=True)
    permit_type = models.CharField("办证类型", max_length=20, blank=True)
    permit_no = SealedField("证件号码", null=True)
    registered_on = models.DateField("登记日期", null=True)
    permit_expires_on = models.DateField("证件到期日期", null=True)

    class Meta:
        verbose_name = "流动人口信息"


class OverseasFacts(models.Model):
    """What only concerns somebody from abroad, Hong Kong, Macau or Taiwan."""

    person = models.OneToOneField(Person, models.CASCADE, primary_key=True, related_name="overseas")
    foreign_name = SealedField("外文姓名", null=True)
    nationality = models.CharField("国籍（地区）", max_length=3, blank=True)
    document_expires_on = models.DateField("证件有效期", null=True)
    purpose = models.CharField("来华目的", max_length=20, blank=True)
    arrived_on = models.DateField("抵达日期", null=True)
    leaves_on = models.DateField("预计离开日期", null=True)

    class Meta:
        verbose_name = "境外人员信息"


class LeftBehindFacts(models.Model):
    """留守人员: who stays behind, and what would help."""

    person = models.OneToOneField(
        Person, models.CASCADE, primary_key=True, related_name="left_behind"
    )
    kind = models.CharField(
        "留守类型",
        max_length=10,
        choices=[("child", "留守儿童"), ("elder", "留守老人"), ("spouse", "留守妇女")],
    )
    guardian = SealedField("主要联系人", null=True)
    needs = SealedField("困难及诉求", null=True)
    help_given = models.CharField("帮扶情况", max_length=300, blank=True)

    class Meta:
        verbose_name = "留守人员信息"


class LifeEventKind(models.TextChoices):
    MOVE_IN = "move_in", "迁入"
    MOVE_OUT = "move_out", "迁出"
    MOVE = "move", "辖区内搬迁"
    BIRTH = "birth", "出生"
    DEATH = "death", "死亡"
    TRANSFER = "transfer", "网格调整"
    SPLIT = "split", "分户"
    HEAD = "head", "户主变更"
    MARRIAGE = "marriage", "婚姻"
    DIVORCE = "divorce", "离婚"


class LifeEvent(models.Model):
    """Something that happened to a person or household, as the action that recorded it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField("事件", max_length=10, choices=LifeEventKind)
    person = models.ForeignKey(Person, models.PROTECT, related_name="events")
    other = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)
    """The newborn's mother, the spouse."""
    household = models.ForeignKey(
        Household, models.PROTECT, null=True, related_name="events", db_index=False
    )
    happened_on = models.DateField("发生日期")
    recorded_at = models.DateTimeField("登记时间")
    from_text = SealedField("原址", null=True)
    to_text = SealedField("新址", null=True)
    source = models.ForeignKey(Source, models.PROTECT, related_name="+", db_index=False)

    in_micro_grid = "person__dwelling__building__micro_grid_id"

    class Meta:
        verbose_name = "人员事件"
        ordering = ("-happened_on", "-id")
        indexes = [
            models.Index(
                fields=("other",), name="events_of_another", condition=Q(other__isnull=False)
            ),
            models.Index(
                fields=("household",),
                name="events_of_a_household",
                condition=Q(household__isnull=False),
            ),
        ]

    @property
    def day_shown(self) -> str:
        """The day it happened; of a birth the year alone, as birthdays are masked everywhere."""
        is_birth = self.kind == LifeEventKind.BIRTH
        return f"{self.happened_on:%Y}" if is_birth else f"{self.happened_on:%Y-%m-%d}"
