"""事件推送 for the system administrator: who is told, what arrived, and sending it again."""

from gezhi.engines.webhooks.pages import acts, lists

pages = (*lists.pages, *acts.pages)
