from django.utils.translation import gettext_lazy as _

from gezhi.base.areas import Area


class NoticesArea(Area):
    name = "gezhi.core.notices"
    label = "notices"
    title = _("消息")
    verbose_name = title

    def ready(self) -> None:
        from gezhi.base import handover
        from gezhi.base.pages import hooks
        from gezhi.core.notices import actions, queries

        hooks.todo_count.provide(queries.todo_count)
        hooks.notices_count.provide(queries.unread_count)
        handover.register(handover.Duty(_("待办事项"), queries.todos_waiting, actions.hand_over))
