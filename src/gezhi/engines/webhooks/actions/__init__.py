"""Named writes of webhooks, and what sending keeps."""

from gezhi.engines.webhooks.actions.sending import gather, send_due
from gezhi.engines.webhooks.actions.subscribing import (
    change,
    end,
    renew_secret,
    resume,
    send_again,
    send_period_again,
    stop,
    subscribe,
    try_out,
)

__all__ = [
    "change",
    "end",
    "gather",
    "renew_secret",
    "resume",
    "send_again",
    "send_due",
    "send_period_again",
    "stop",
    "subscribe",
    "try_out",
]
