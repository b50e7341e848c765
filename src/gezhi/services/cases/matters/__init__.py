"""What cases declare to the engine of matters: the case itself, and what hangs on it."""

from gezhi.services.cases.matters.case import CASES
from gezhi.services.cases.matters.oversight import OVERSIGHT
from gezhi.services.cases.matters.whistle import WHISTLES

__all__ = ["CASES", "OVERSIGHT", "WHISTLES"]
