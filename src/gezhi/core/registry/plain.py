"""Personal values in full, for files whose taking was agreed and logged before they leave."""

from __future__ import annotations

from gezhi.core.privacy.opening import plain_text as plain_words

__all__ = ["plain_words"]
