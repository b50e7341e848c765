"""The registries for programs: the same reads, rights, masks and actions as on the screens."""

from gezhi.core.registry.api import finding, homes, imports, moves, people, units, vehicles

operations = (
    *people.operations,
    *moves.operations,
    *homes.operations,
    *units.operations,
    *vehicles.operations,
    *finding.operations,
    *imports.operations,
)
