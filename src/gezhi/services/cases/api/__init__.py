"""案件 for programs: list, read, report, take a step; the catalogue and the figures."""

from gezhi.services.cases.api import catalogue, figures, matters, reporting, steps

operations = (
    *matters.operations,
    *reporting.operations,
    *steps.operations,
    *catalogue.operations,
    *figures.operations,
)
