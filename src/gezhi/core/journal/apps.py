from gezhi.base.areas import Area


class JournalArea(Area):
    name = "gezhi.core.journal"
    label = "journal"
    title = "操作留痕"
    verbose_name = title

    def ready(self) -> None:
        from gezhi.base import jobs
        from gezhi.core.journal.actions import Draft, after_action

        @after_action
        def announce(draft: Draft) -> None:
            subject = draft.subject.pk if draft.subject is not None else None
            jobs.announce(
                jobs.Event(
                    verb=draft.verb.code,
                    line_id=str(draft.line_id),
                    subject_id=str(subject) if subject is not None else None,
                    place_id=str(draft.place_id) if draft.place_id else None,
                    at=draft.at,
                )
            )
