"""Cells as clerks type them, read one at a time: text, names, yes or no, counts, codes, labels.

Each cleaner takes the raw cell (text, number, date or None) and the field it belongs to, and
returns the value with everything it did to it. Sheets repeat themselves, so callers clean each
distinct cell once.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Final

from gezhi.base.sentences import Reason, _
from gezhi.base.text import half_width, tidy, without_spaces
from gezhi.core.registry.codes import CodeTable, plain
from gezhi.core.registry.codes_people import CARE, RELATION, not_collected
from gezhi.core.registry.findings import Cleaned, Finding, cleaned, refused, warned
from gezhi.core.registry.rules import is_name

NOT_APPLICABLE: Final = frozenset({"/", "\\", "-", "--", "—", "——", "无", "N/A", "NA", "//"})
_YES: Final = frozenset(
    {"是", "有", "√", "✓", "✔", "☑", "1", "Y", "YES", "TRUE", "T", "对", "已", "真"}
)
_NO: Final = frozenset(
    {"否", "×", "✗", "✘", "X", "0", "N", "NO", "FALSE", "F", "没有", "未", "不是", "没", "假", "不"}
)
_UNKNOWN: Final = frozenset({"", "不详", "未知", "待核实", "?", "？"})

TYPING: Final = Reason("typing_marks", _("已去掉多余的空格、引号和全角字符。"))
NAME_SPACES: Final = Reason("name_spaces", _("姓名中间的空格已去掉。"))
NAME_DIGITS: Final = Reason("name_digits", _("姓名里有数字或符号，请核对是否填错了栏。"))
NAME_REMARK: Final = Reason(
    "name_remark", _("姓名后括号里的说明不属于姓名；去掉后为“%(proposal)s”，请确认。")
)
TOO_LONG: Final = Reason("too_long", _("超过 %(limit)s 个字，请缩短。"))
YES_NO: Final = Reason("yes_no", _("已读作“%(read)s”。"))
YES_NO_UNKNOWN: Final = Reason("yes_no_word", _("看不出是还是否，请填“是”或“否”，不涉及的填“/”。"))
COUNT_WORDS: Final = Reason("count_words", _("已去掉单位和千分位，只留数字。"))
COUNT_SHAPE: Final = Reason("count_shape", _("应填一个数字，请去掉“约”“多”等字样。"))
COUNT_RANGE: Final = Reason("count_range", _("数值应在 %(low)s 到 %(high)s 之间，请核对。"))
COUNT_WHOLE: Final = Reason("count_whole", _("应填整数，请核对。"))
CODED: Final = Reason("coded", _("已归入“%(title)s”。"))
_UNCODED: Final = _("%(table)s不认识“%(word)s”；可填：%(entries)s。")
_DOUBTFUL: Final = _("“%(word)s”可能是%(entries)s，请改成其中一个。")
_NOT_COLLECTED: Final = _(
    "“%(title)s”类标签不属于本单位的职责，平台不采集；请删去，需要帮扶的按服务类别填写。"
)
_OF_PEOPLE: Final = frozenset({"name", "head_name"})
"""Columns of one person each; an owner may be a company, and two may share a contact's cell."""
_REMARK: Final = re.compile(r"^(.{2,}?)\s*[(（][^()（）]*[)）]\s*$")
_BETWEEN_HAN: Final = re.compile(
    r"(?<=[\u3400-\u9fff\U00020000-\U0003ffff]) +(?=[\u3400-\u9fff\U00020000-\U0003ffff])"
)
_DOTS: Final = re.compile(r"\s*[·•‧・∙.]\s*")
_UNITS: Final = re.compile(r"(?:平方米|平米|平方|㎡|M2|M²|人|名|个|间|具|只|台|元|层|户|位)$")
_COUNT: Final = re.compile(r"^-?\d+(?:\.\d+)?$", re.ASCII)
_LISTED: Final = re.compile(r"[、,，;；/|\s+]+")


def cell_as_text(cell: object) -> str:
    """A cell as the clerk sees it: whole numbers without `.0`, dates as ISO, nothing for None."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, datetime) and cell.time() == datetime.min.time():
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell)


def clean_text(cell: object, field: str, *, limit: int = 160) -> Cleaned[str]:
    """Free text: tidied (rule 2); `/` and 无 mean that there is none; too long is refused."""
    before = cell_as_text(cell)
    text = tidy(before).lstrip("'").strip()
    if text.upper() in NOT_APPLICABLE:
        return Cleaned(None, (), not_applicable=True)
    if not text:
        return Cleaned()
    if len(text) > limit:
        return Cleaned(None, (_fill(field, before, TOO_LONG, {"limit": limit}),))
    return Cleaned(text, _typed(field, before, text))


def clean_remark(cell: object, field: str, *, limit: int = 200) -> Cleaned[str]:
    """A remark: kept in the clerk's own punctuation; cut short with a warning, never refused."""
    before = cell_as_text(cell)
    text = " ".join(before.split())
    if len(text) <= limit:
        return Cleaned(text or None, _typed(field, before, text))
    reason = Reason(TOO_LONG.code, TOO_LONG.pattern, {"limit": limit})
    return Cleaned(text[:limit], (warned(2, field, before, text[:limit], reason),))


def clean_name(cell: object, field: str) -> Cleaned[str]:
    """A person's name: spaces between characters go, one kind of dot; remarks become a proposal."""
    before = cell_as_text(cell)
    text = tidy(before).lstrip("'").strip()
    if text.upper() in NOT_APPLICABLE or not text:
        return Cleaned(None, (), not_applicable=bool(text))
    if match := _REMARK.match(text):
        bare = clean_name(match.group(1), field).value or ""
        reason = Reason(NAME_REMARK.code, NAME_REMARK.pattern, {"proposal": bare}, bare)
        return Cleaned(None, (refused(2, field, before, reason),))
    name = _DOTS.sub("·", _BETWEEN_HAN.sub("", text)).strip("·")
    if not name or any(sign.isdigit() or sign in "@#*%&=+/\\_:;?!<>[]{}|~^$" for sign in name):
        return Cleaned(None, (refused(2, field, before, NAME_DIGITS),))
    if field in _OF_PEOPLE and not is_name(name):
        return Cleaned(None, (refused(2, field, before, NAME_DIGITS),))
    if len(name) > 60:
        return Cleaned(None, (_fill(field, before, TOO_LONG, {"limit": 60}),))
    if name == before:
        return Cleaned(name)
    reason = NAME_SPACES if name != text else TYPING
    return Cleaned(name, (cleaned(2, field, before, name, reason),))


def clean_yes_no(cell: object, field: str, *, none_is_no: bool = False) -> Cleaned[bool]:
    """Rule 13: 是 有 √ 1 Y and 否 没有 × 0 N; blank is unknown, `/` and 无 do not apply.

    `none_is_no` reads 无 as no, for columns that ask whether there is any (有/无).
    """
    before = cell_as_text(cell)
    word = without_spaces(before).lstrip("'").upper()
    if word in _UNKNOWN:
        return Cleaned()
    if word == "无" and none_is_no:
        return _answer(field, before, answer=False)
    if word in NOT_APPLICABLE:
        return Cleaned(None, (), not_applicable=True)
    if word in _YES or word in _NO:
        return _answer(field, before, answer=word in _YES)
    return Cleaned(None, (refused(13, field, before, YES_NO_UNKNOWN),))


def _answer(field: str, before: str, *, answer: bool) -> Cleaned[bool]:
    read = "是" if answer else "否"
    if before == read:
        return Cleaned(answer)
    reason = Reason(YES_NO.code, YES_NO.pattern, {"read": read})
    return Cleaned(answer, (cleaned(13, field, before, read, reason),))


def clean_count(
    cell: object, field: str, *, low: int = 0, high: int = 1_000_000, whole: bool = True
) -> Cleaned[Decimal]:
    """A count or measure: `3人`, `1,200`, `89.5㎡` lose their words; 约 and 多 are refused."""
    before = cell_as_text(cell)
    text = without_spaces(before).lstrip("'").upper()
    if text in _UNKNOWN:
        return Cleaned()
    if text in NOT_APPLICABLE:
        return Cleaned(None, (), not_applicable=True)
    bare = _UNITS.sub("", text).replace(",", "")
    if not _COUNT.match(bare):
        return Cleaned(None, (refused(2, field, before, COUNT_SHAPE),))
    try:
        number = Decimal(bare)
    except InvalidOperation:
        return Cleaned(None, (refused(2, field, before, COUNT_SHAPE),))
    if not low <= number <= high:
        return Cleaned(None, (_fill(field, before, COUNT_RANGE, {"low": low, "high": high}),))
    if whole and number % 1:
        return Cleaned(None, (refused(2, field, before, COUNT_WHOLE),))
    number = number.to_integral_value() if whole else number
    if bare == before or bare == half_width(before).strip():
        return Cleaned(number)
    return Cleaned(number, (cleaned(2, field, before, str(number), COUNT_WORDS),))


def clean_code(cell: object, field: str, table: CodeTable) -> Cleaned[str]:
    """A word of a code table (rule 11 for relations, 19 elsewhere); unknown words are refused.

    A refusal lists what may be written; a word with two meanings lists those. Another name of
    the very same entry (男 for 男性) is no change to tell of.
    """
    before = cell_as_text(cell)
    word = plain(before).lstrip("'")
    if not word:
        return Cleaned()
    rule = 11 if table is RELATION else 19
    code = table.lookup(word)
    if code is None and word in NOT_APPLICABLE:
        return Cleaned(None, (), not_applicable=True)
    if code is None:
        return Cleaned(None, (refused(rule, field, before, _unknown_word(before, table)),))
    title = table.title_of(code)
    if table.is_name(before, code):
        return Cleaned(code)
    reason = Reason(CODED.code, CODED.pattern, {"title": title})
    return Cleaned(code, (cleaned(rule, field, before, title, reason),))


def _unknown_word(word: str, table: CodeTable) -> Reason:
    meanings = table.meanings(word)
    shown = meanings or tuple(table.entries)
    entries = "、".join(f"“{table.title_of(code)}”" for code in shown)
    values = {"table": table.title, "word": tidy(word)[:20], "entries": entries}
    if meanings:
        return Reason("word_ambiguous", _DOUBTFUL, values)
    return Reason("word_unknown", _UNCODED, values)


def clean_care(cell: object, field: str) -> Cleaned[tuple[str, ...]]:
    """Care labels, several in a cell; what is not collected is refused with its class, unread."""
    before = cell_as_text(cell)
    text = tidy(before)
    if text.upper() in NOT_APPLICABLE | {"否", "普通", "一般", "正常"}:
        return Cleaned((), (), not_applicable=True)
    codes: list[str] = []
    findings: list[Finding] = []
    for word in filter(None, _LISTED.split(text)):
        if title := not_collected(word):
            reason = Reason("label_not_collected", _NOT_COLLECTED, {"title": title})
            findings.append(refused(19, field, "", reason))
            continue
        answer = clean_code(word, field, CARE)
        findings.extend(answer.findings)
        if answer.value is not None and answer.value not in codes:
            codes.append(answer.value)
    if not text:
        return Cleaned()
    blocked = any(finding.kind == "refused" for finding in findings)
    return Cleaned(None if blocked else tuple(codes), tuple(findings))


def _typed(field: str, before: str, after: str) -> tuple[Finding, ...]:
    return () if before == after else (cleaned(2, field, before, after, TYPING),)


def _fill(field: str, before: str, reason: Reason, values: dict[str, object]) -> Finding:
    return refused(2, field, before, Reason(reason.code, reason.pattern, values))
