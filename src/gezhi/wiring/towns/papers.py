"""Numbers of papers that pass every check and belong to nobody.

- ID numbers (GB 11643-1999) begin with a region whose last two digits are 72. GB/T 2260 has given
  no county such a code; where statistics use one (410172 is the High-tech Zone), it stands for a
  development zone, which registers no households, so no card was issued under it.
- Mobile numbers begin with 160, 161, 163 or 164, which no operator hands out.
- Credit codes (GB 32100-2015) carry region 410172 and organisation codes from `MA00`.
- Passports and permits begin with letters or zeros that are not in use.

All are unique in both towns together: each community draws from its own share of the serials.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from stdnum.cn import uscc

from gezhi.base.credit_codes import organisation_check
from gezhi.wiring.towns.chance import Weighted

HERE: Final = "410172"
_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS: Final = "10X98765432"
_OPERATORS: Final = ("160", "161", "163", "164")
_SHARES: Final = 36
"""Communities of both towns."""

_HENAN: Final = {
    "周口市": 16, "商丘市": 14, "驻马店市": 13, "信阳市": 11, "南阳市": 11, "开封市": 9,
    "许昌市": 7, "洛阳市": 6, "平顶山市": 6, "新乡市": 6, "漯河市": 5, "安阳市": 4, "濮阳市": 4,
    "焦作市": 4, "三门峡市": 2, "鹤壁市": 2,
}  # fmt: skip
_HENAN_CODES: Final = {
    "开封市": "4102", "洛阳市": "4103", "平顶山市": "4104", "安阳市": "4105", "鹤壁市": "4106",
    "新乡市": "4107", "焦作市": "4108", "濮阳市": "4109", "许昌市": "4110", "漯河市": "4111",
    "三门峡市": "4112", "南阳市": "4113", "商丘市": "4114", "信阳市": "4115", "周口市": "4116",
    "驻马店市": "4117",
}  # fmt: skip
_FAR: Final = {
    ("3412", "安徽省阜阳市"): 4, ("3416", "安徽省亳州市"): 3, ("3717", "山东省菏泽市"): 3,
    ("1405", "山西省晋城市"): 2, ("1304", "河北省邯郸市"): 2, ("4206", "湖北省襄阳市"): 2,
    ("6105", "陕西省渭南市"): 2, ("6201", "甘肃省兰州市"): 1, ("5113", "四川省南充市"): 1,
    ("2301", "黑龙江省哈尔滨市"): 1, ("3203", "江苏省徐州市"): 1, ("4301", "湖南省长沙市"): 1,
}  # fmt: skip

ELSEWHERE: Final = Weighted(
    {(_HENAN_CODES[city] + "72", f"河南省{city}"): float(n) for city, n in _HENAN.items()}
    | {(code + "72", name): float(n) for (code, name), n in _FAR.items()}
)
"""Where people come from who are registered elsewhere: code and name."""


class Papers:
    """Numbers for the people of one community: never the same twice."""

    def __init__(self, share: int, *, phones_from: int = 0) -> None:
        """`share` counts the communities of both towns from 0 to 35; units phone from 30,000."""
        if not 0 <= share < _SHARES:
            raise ValueError("there are thirty-six communities")
        self._share = share
        self._used: dict[str, int] = {}
        self._phones = phones_from
        self._travel = 0

    def id_no(self, region: str, birth: date, *, male: bool) -> str:
        """18 characters: region, birth date, a serial that is odd for men, check character."""
        head = f"{region}{birth:%Y%m%d}"
        key = head + "12"[male]
        for lap in range(self._used.get(key, 0), 13):
            # 13 laps of 72 serials fit below 1,000; where it begins in them depends on the day
            serial = ((lap + birth.day) % 13 * _SHARES + self._share + 1) * 2 + male
            body = f"{head}{serial:03d}"
            total = sum(int(digit) * weight for digit, weight in zip(body, _WEIGHTS, strict=True))
            number = body + _CHECKS[total % 11]
            if not number.endswith("000"):  # as if a spreadsheet had eaten its last digits
                self._used[key] = lap + 1
                return number
        raise ValueError("more people of one region and day of birth than serials")

    def mobile(self) -> str:
        """The next free mobile number; they follow no visible order."""
        number = self._share * 40_000 + self._phones
        self._phones += 1
        mixed = number * 60_466_177 % 100_000_000
        return f"{_OPERATORS[number % 4]}{mixed:08d}"

    def passport(self) -> str:
        self._travel += 1
        return f"ZZ{self._share * 1000 + self._travel:07d}"

    def hong_kong_permit(self) -> str:
        self._travel += 1
        return f"H00{self._share * 1000 + self._travel:06d}"


def credit_code(kind: str, number: int) -> str:
    """A code with these first two characters (`91` enterprise, `92` self-employed, …)."""
    body = f"MA00{number:04d}"
    code = f"{kind}{HERE}{body}{organisation_check(body)}"
    return code + str(uscc.calc_check_digit(code))
