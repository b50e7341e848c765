from gezhi.base.areas import Area


class CellsArea(Area):
    name = "gezhi.core.cells"
    label = "cells"
    title = "街道单元"
    verbose_name = title
