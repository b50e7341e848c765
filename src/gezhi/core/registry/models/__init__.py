"""The base registries 人房企工店: one file a subject, provenance and history beside them."""

from gezhi.core.registry.models.doubts import Conflict, Merge
from gezhi.core.registry.models.dwellings import Dwelling, DwellingChange
from gezhi.core.registry.models.exports import ExportRequest
from gezhi.core.registry.models.imports import (
    ImportBatch,
    ImportFinding,
    ImportMapping,
    ImportUndo,
)
from gezhi.core.registry.models.people import (
    CareLabel,
    Household,
    HouseholdChange,
    LeftBehindFacts,
    LifeEvent,
    MigrantFacts,
    OverseasFacts,
    Person,
    PersonChange,
    Residence,
)
from gezhi.core.registry.models.provenance import (
    QualityFigure,
    SavedView,
    Source,
    SourceKind,
    Tally,
    VisitInterval,
)
from gezhi.core.registry.models.units import (
    Enterprise,
    EnterpriseChange,
    Shop,
    ShopChange,
    Site,
    SiteChange,
)
from gezhi.core.registry.models.vehicles import Vehicle, VehicleChange

__all__ = [
    "CareLabel",
    "Conflict",
    "Dwelling",
    "DwellingChange",
    "Enterprise",
    "EnterpriseChange",
    "ExportRequest",
    "Household",
    "HouseholdChange",
    "ImportBatch",
    "ImportFinding",
    "ImportMapping",
    "ImportUndo",
    "LeftBehindFacts",
    "LifeEvent",
    "Merge",
    "MigrantFacts",
    "OverseasFacts",
    "Person",
    "PersonChange",
    "QualityFigure",
    "Residence",
    "SavedView",
    "Shop",
    "ShopChange",
    "Site",
    "SiteChange",
    "Source",
    "SourceKind",
    "Tally",
    "Vehicle",
    "VehicleChange",
    "VisitInterval",
]
