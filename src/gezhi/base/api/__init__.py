"""The door for programs: operations are declarations, as pages are.

Each area's `api.py` has a tuple `operations`; the wiring mounts them all below `/api/v1/`::

    operations = (
        list_of("list_ladders", "ladders", _("梯子"), right=rights.SEE, rows=queries.ladders,
                filters=LADDER_FILTERS, shape=LADDER),
        one_of("see_ladder", "ladders/{uuid:pk}", _("一架梯子"), right=rights.SEE,
               rows=queries.ladders, shape=LADDER),
        Operation("lend_ladder", "POST", "ladders/{uuid:pk}/lend", _("借出"), right=rights.LEND,
                  sees=rights.SEE, rows=queries.ladders, body=Lending, answer=Changed,
                  guarded=True, act=lend),
    )

`act` takes an `Ask` (who, when, which row, what body) and calls one action. What every operation
gets without saying so: out of sight is 404, in sight but not yours 403; wrong input is 422 by
field; problems are `application/problem+json`; reads carry an ETag; a guarded change needs
`If-Match`; a write with an `Idempotency-Key` is done once.
"""

from gezhi.base.api.filters import Of
from gezhi.base.api.listing import Shaping, list_of, one_of
from gezhi.base.api.operations import Answer, Ask, FileMade, Operation, all_operations
from gezhi.base.api.shapes import Changed, Day, Made, Shape, YesNo

__all__ = [
    "Answer",
    "Ask",
    "Changed",
    "Day",
    "FileMade",
    "Made",
    "Of",
    "Operation",
    "Shape",
    "Shaping",
    "YesNo",
    "all_operations",
    "list_of",
    "one_of",
]
