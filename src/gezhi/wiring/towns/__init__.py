"""Two invented towns of the real size: places, people, units, and the sheets clerks keep on them.

Everything here is made up and comes out the same every time: the outlines, the roads, the
names, the numbers. Codes of communities, ID numbers, credit codes and phones are well formed but
taken from ranges in which none is issued (see `papers`). Nothing here knows of the database;
`wiring.demo` carries the towns into it through actions.
"""

from gezhi.wiring.towns.people import people_of
from gezhi.wiring.towns.persons import Household, Person
from gezhi.wiring.towns.town import Town, build_town
from gezhi.wiring.towns.town_specs import AS_OF, FENGYANG, GOUZHAO, TOWNS, TownSpec

__all__ = [
    "AS_OF",
    "FENGYANG",
    "GOUZHAO",
    "TOWNS",
    "Household",
    "Person",
    "Town",
    "TownSpec",
    "build_town",
    "people_of",
]
