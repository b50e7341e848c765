"""The registries for programs: the same reads, rights, masks and actions as on the screens."""

from gezhi.core.registry.api import finding, homes, imports, people, units

operations = (
    *people.operations,
    *homes.operations,
    *units.operations,
    *finding.operations,
    *imports.operations,
)
