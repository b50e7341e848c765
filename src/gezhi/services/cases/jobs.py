"""What the clock and the queue do with cases."""

from __future__ import annotations

from datetime import datetime

from gezhi.base.actors import system
from gezhi.base.jobs import daily, every
from gezhi.services.cases.actions import watching
from gezhi.services.cases.actions.suggesting import keep_learnt
from gezhi.services.cases.hotline import jobs as hotline_jobs
from gezhi.services.cases.overview import jobs as overview_jobs
from gezhi.services.cases.suggesting_reads import examples, has_news, latest

__all__ = ["hotline_jobs", "learn_categories", "overview_jobs"]


@daily("02:45")
def learn_categories(at: datetime) -> None:
    """Learn which words speak for which category, where cases were closed since the last time.

    Read, learnt and measured before anything is written: it takes a minute for thousands of cases.
    """
    # its libraries are large, and nothing else of the worker needs them
    from gezhi.services.cases.suggesting_lessons import fit_to_learn, learn, measure

    known = latest()
    if not has_news(known.at if known else None):
        return
    fit = fit_to_learn(examples())
    if fit:
        keep_learnt(learn(fit), measure(fit), by=system("job"), at=at)


@every(minutes=5)
def name_fallback(at: datetime) -> None:
    """Name the fallback unit where a dispute was left undecided for a working day."""
    watching.give_to_fallback(by=system("job"), at=at)


@daily("08:00")
def look_at_suspended(at: datetime) -> None:
    """Go on with what was planned for today, and remind of what is to be looked at again."""
    watching.resume_planned(by=system("job"), at=at)
    watching.remind_reviews(by=system("job"), at=at)
