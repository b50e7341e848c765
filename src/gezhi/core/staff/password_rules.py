"""What makes a password good enough, and how long it stays so."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Final

from gezhi.base.sentences import Reason, _

SHORTEST: Final = 8
LONGEST: Final = 128
"""Longer ones only keep the hash busy."""
KINDS: Final = 3
FORMER_BARRED: Final = 5
GOOD_FOR: Final = timedelta(days=90)
REMINDED_BEFORE: Final = timedelta(days=7)
LEAST_STEPS: Final = 5
"""Characters left once runs such as 1234, aaa and qwer count as one."""

FORMER: Final = Reason(
    "password.former", _("不能使用最近 %(n)d 次用过的密码，请换一个"), {"n": FORMER_BARRED}
)

_LEET: Final = str.maketrans("@4310$57!", "aaeiossti")
_ROWS: Final = ("qwertyuiop", "asdfghjkl", "zxcvbnm", "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p")
_LISTED: Final = (
    "admin administrator root system sysadmin security audit test tester guest user demo "
    "default manager operator office password passwd passwort passw pass pwd secret "
    "welcome hello login letmein iloveyou monkey dragon sunshine princess football "
    "baseball superman master shadow qwerty qwertyuiop qwer asdf asdfgh asdfghjkl zxcv "
    "zxcvbnm qazwsx qazwsxedc abc abcd abcde abcdef abcdefg woaini woaiwo nihao aini mima "
    "zhongguo china beijing henan zhengzhou gouzhao fengyang gezhi wangge wanggeyuan "
    "shequ jiedao banshichu guanli guanliyuan zhengfu dangjian yonghu xitong anquan "
    "shenji huawei dingding dingtalk weixin wechat taobao alibaba baidu"
)
"""What people try first, and pinyin of what an office calls itself."""
_WORDS: Final = frozenset(_LISTED.split())


def password_reasons(password: str, *, username: str) -> list[Reason]:
    """Everything wrong with a new password; empty when it may be used.

    GB/T 22239-2019 8.1.4.1 asks for complexity and regular change; the figures (8 characters, 3
    of 4 kinds, 5 former ones, 90 days) are those assessors look for at protection level 3.
    """
    if len(password) > LONGEST:
        return [
            Reason("password.long", _("密码最多 %(n)d 个字符，请缩短"), {"n": LONGEST}),
        ]
    reasons = []
    if len(password) < SHORTEST:
        reasons.append(
            Reason("password.short", _("密码至少 %(n)d 个字符，请加长"), {"n": SHORTEST})
        )
    if kinds_in(password) < KINDS:
        reasons.append(
            Reason(
                "password.kinds",
                _("密码应包含大写字母、小写字母、数字、符号四类中的至少 %(n)d 类"),
                {"n": KINDS},
            )
        )
    if holds_username(password, username):
        reasons.append(Reason("password.username", _("密码不能包含用户名，请换一个")))
    if is_common(password):
        reasons.append(
            Reason("password.common", _("这个密码太常见，容易被猜到，请避开常用词和连续字符"))
        )
    return reasons


def kinds_in(password: str) -> int:
    """How many of the four kinds occur: capitals, small letters, digits, anything else."""
    return sum(
        any(map(is_kind, password)) for is_kind in (_is_capital, _is_small, _is_digit, _is_other)
    )


def holds_username(password: str, username: str) -> bool:
    """Whether the username stands in the password, forwards or backwards, in any case."""
    own = username.casefold()
    if len(own) < 3:
        return password.casefold() == own
    text = password.casefold()
    return own in text or own[::-1] in text


def is_common(password: str) -> bool:
    """Whether it is a word everybody tries with signs around it, or made of runs of characters.

    `P@ssw0rd1`, `Admin@123`, `Abc12345` and `Qwer1234` are; `Yellow7Bicycle` is not.
    """
    text = password.casefold()
    cores = {
        re.sub(r"[^a-z]", "", text),
        _trimmed(text),
        _trimmed(text).translate(_LEET),
        _trimmed(text.translate(_LEET)),
    }
    return bool(cores & _WORDS) or steps(text) < LEAST_STEPS


def steps(text: str) -> int:
    """Length of a text when every run counts as one character.

    A run goes up or down by one (1234, cba), repeats (aaa), or follows a row of the keyboard.
    """
    number, way = 0, ""
    for before, now in zip(" " + text, text, strict=False):
        here = _way(before, now)
        if not here or (way and here != way):
            number += 1
            way = ""
        else:
            way = here
    return number


def is_former(password: str, hashes: Iterable[str], check: Callable[[str, str], bool]) -> bool:
    """Whether a password is one of the last five; `hashes` come newest first."""
    return any(check(password, one) for one in list(hashes)[:FORMER_BARRED])


def expires_at(set_at: datetime) -> datetime:
    """From when on a password set at `set_at` must be changed."""
    return set_at + GOOD_FOR


def must_change(set_at: datetime | None, at: datetime) -> bool:
    """Whether nothing else may be done before the password is changed."""
    return set_at is None or at >= expires_at(set_at)


def days_left(set_at: datetime, at: datetime) -> int | None:
    """Whole days a password still has, once it is time to remind; None before that."""
    left = expires_at(set_at) - at
    return max(0, left.days) if left <= REMINDED_BEFORE else None


def _trimmed(text: str) -> str:
    return re.sub(r"^[^a-z]+|[^a-z]+$", "", text)


def _way(before: str, now: str) -> str:
    """How one character leads to the next within a run; empty when it does not."""
    if before == now:
        return "same"
    if before.isascii() and before.isalnum() and now.isascii() and now.isalnum():
        if ord(now) - ord(before) == 1:
            return "up"
        if ord(now) - ord(before) == -1:
            return "down"
    if any(before + now in row for row in _ROWS):
        return "row"
    if any(before + now in row[::-1] for row in _ROWS):
        return "row back"
    return ""


def _is_capital(sign: str) -> bool:
    return sign.isupper()


def _is_small(sign: str) -> bool:
    return sign.islower()


def _is_digit(sign: str) -> bool:
    return sign.isdigit()


def _is_other(sign: str) -> bool:
    return not (sign.isupper() or sign.islower() or sign.isdigit())
