"""A list exported from a hotline: its columns, what a check says of its rows, and their cases.

    files -> registry.imports (kept sealed, read apart, columns named) -> checking -> writing

`actions` has what pages and jobs call.
"""
