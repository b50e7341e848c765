"""Columns that several screens of the registries share, each declared once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db.models import Choices
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from gezhi.base import pages as ui
from gezhi.base.pages.columns import getter
from gezhi.core.privacy import masks
from gezhi.core.registry import codes_people as codes
from gezhi.core.registry.ages import age_on
from gezhi.core.registry.codes import CodeTable
from gezhi.core.registry.models.people import (
    CareKind,
    HouseholdConsistency,
    IdKind,
    PersonState,
    PopulationClass,
    Residence,
    ResidenceKind,
)


def words_of(choices: type[Choices]) -> dict[str, Any]:
    """Codes with their words, marked for translation where they are declared."""
    return {str(value): _(str(label)) for value, label in choices.choices}


def words_of_pairs(pairs: Any) -> dict[str, Any]:
    """Pairs of a field's choices, in the reader's language."""
    return {str(code): _(str(words)) for code, words in pairs}


def words_in(table: CodeTable) -> dict[str, Any]:
    """The same from a code table."""
    return {code: _(title) for code, title in table.entries.items()}


@dataclass(frozen=True, slots=True)
class Age(ui.Column):
    """Years of age today, from a birth date; the date itself stays where it is."""

    css = "number"

    def text(self, row: Any, look: ui.Look) -> str:
        return str(self.excel(row, look))

    def excel(self, row: Any, look: ui.Look) -> str | float | int | date:
        born: date | None = self.value(row)
        return "" if born is None else age_on(born, look.today)


@dataclass(frozen=True, slots=True)
class Words(ui.Badges):
    """Several codes of a row in words, each as its own mark."""

    choices: Mapping[str, Any] | None = None

    def value(self, row: Any) -> Any:
        known = self.choices or {}
        found = getter(self.source)(row)
        return [str(known.get(one, one)) for one in found or ()]


NAME: Final = _("姓名")
PHONE: Final = _("联系电话")
ID_NO: Final = _("证件号码")
GENDERS: Final = words_in(codes.GENDER)
CLASSES: Final = words_of(PopulationClass)
CONSISTENCIES: Final = words_of(HouseholdConsistency)
RELATIONS: Final = words_in(codes.RELATION)
PERSON_STATES: Final = words_of(PersonState)
CARE_KINDS: Final = words_of(CareKind)
STAY_KINDS: Final = words_of(ResidenceKind)
ID_KINDS: Final = words_of(IdKind)

STATE_TONES: Final = {"present": "good", "left": "neutral", "deceased": "neutral", "merged": "warn"}
CLASS_TONES: Final = {"hukou": "info", "migrant": "busy", "overseas": "warn", "unregistered": "bad"}


def name(source: str = "name", label: Any = NAME, **more: Any) -> ui.Masked:
    """A name, masked."""
    return ui.Masked(source, label, mask=masks.of("name"), **more)


def phone(source: str = "phone", label: Any = PHONE, **more: Any) -> ui.Masked:
    """A telephone, masked."""
    return ui.Masked(source, label, mask=masks.of("phone"), **more)


def id_no(source: str = "id_no", label: Any = ID_NO, **more: Any) -> ui.Masked:
    """A number of a paper, masked."""
    return ui.Masked(source, label, mask=masks.of("id_no"), **more)


def masked(kind: str, source: str, label: Any, **more: Any) -> ui.Masked:
    """Any other personal field by its class."""
    return ui.Masked(source, label, mask=masks.of(kind), **more)


def grid() -> ui.Place:
    """The grid a row lies in."""
    return ui.Place("grid_id", _("网格"))


def community(**more: Any) -> ui.Place:
    """The community or village a row lies in."""
    return ui.Place("community_id", _("社区/村"), **more)


def verified() -> ui.Moment:
    """When somebody last saw that it is so."""
    return ui.Moment("verified_at", _("核实时间"), shown=False)


def as_of() -> ui.Date:
    """The day the facts held."""
    return ui.Date("as_of", _("数据截至"), shown=False)


def source_fields() -> tuple[ui.Column, ...]:
    """Where a row came from and how fresh it is, for details."""
    return (
        ui.Text("source.named", _("最初来源")),
        ui.Text("touched_by.title", _("最近来源")),
        ui.Text("touched_by.entered_by", _("最近录入人")),
        ui.Date("as_of", _("数据截至")),
        ui.Moment("verified_at", _("核实时间")),
        ui.Number("revision", _("修订号")),
    )


def person_title(person: Any) -> str:
    """What a person's page and links are called: the masked name."""
    return masks.of("name")(person.name) or gettext("姓名未登记")


PERSON_COLUMNS: Final[tuple[ui.Column, ...]] = (
    name(),
    ui.Choice("gender", _("性别"), choices=GENDERS),
    Age("birth_date", _("年龄"), order="-birth_date"),
    id_no(),
    phone(),
    ui.Text("dwelling.address", _("现住地址")),
    ui.Choice("relation_to_head", _("与户主关系"), choices=RELATIONS),
    grid(),
    ui.Badge("population_class", _("人口类别"), choices=CLASSES, tones=CLASS_TONES),
    ui.Choice("consistency", _("人户状态"), choices=CONSISTENCIES, shown=False),
    community(shown=False),
    ui.Choice("education", _("文化程度"), choices=words_in(codes.EDUCATION), shown=False),
    ui.Choice("marital_status", _("婚姻状况"), choices=words_in(codes.MARITAL), shown=False),
    ui.Choice("ethnicity", _("民族"), choices=words_in(codes.ETHNICITY), shown=False),
    verified(),
    as_of(),
)


def moved_in() -> ui.Column:
    """The first day of a stay; of whoever was born into it the year alone."""
    return ui.Computed("moved_in", _("入住"), give=_first_day)


def _first_day(stay: Residence) -> str:
    if stay.moved_in is None:
        return ""
    return f"{stay.moved_in:%Y}" if stay.since_birth else f"{stay.moved_in:%Y-%m-%d}"
