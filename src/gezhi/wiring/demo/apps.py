from gezhi.base.areas import Area
from gezhi.base.pages import hooks


class DemoArea(Area):
    name = "gezhi.wiring.demo"
    label = "demo"
    title = "演示"
    verbose_name = title

    def ready(self) -> None:
        from gezhi.wiring.demo import casting, desks, listing  # noqa: F401 - the journal knows their verbs
        from gezhi.wiring.demo.progress import front_notes

        hooks.front_notes.provide(front_notes)
