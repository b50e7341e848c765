"""Pictures and papers of a matter: taken in, scanned, sealed, kept once, shown by right.

For other areas::

    from gezhi.engines.matters.attachments import Stage, read_picture
    from gezhi.engines.matters.attachments.actions import attach

    picture = read_picture(file)                       # refused in words where it is none
    attach(matter=matter, stage=Stage.BEFORE, files=[picture], by=actor, at=at)

A workflow's step takes what its form asked for by an effect, `then=(keeps(Stage.AFTER),)`, its
form by a field, `photos = PhotosField(required=False)`; an action that opens a matter calls
`attach_within` in its own transaction.
"""

from gezhi.engines.matters.attachments.incoming import Incoming, read_document, read_picture
from gezhi.engines.matters.attachments.stages import Stage

__all__ = ["Incoming", "Stage", "read_document", "read_picture"]
