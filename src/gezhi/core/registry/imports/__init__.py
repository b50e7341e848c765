"""Sheets on their way in: kept sealed, read apart, checked in columns, confirmed in one piece.

    files -> reader (a process of its own) -> mapping -> checking -> confirming -> undoing

`actions` has the functions that pages, the command line and jobs call.
"""
