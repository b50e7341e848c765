"""Making a cell, and furnishing it with the rows every office starts from."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _
from django_tenants.utils import schema_context

from gezhi.base.areas import areas
from gezhi.base.errors import FieldRefusal, Refusal
from gezhi.base.tenancy import here
from gezhi.core.cells.middleware import forget_hosts
from gezhi.core.cells.models import Cell, Host
from gezhi.core.cells.template import script_for

CODE = re.compile(r"\d{9}")
HOST = re.compile(r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*")


def create_cell(
    *, code: str, name: str, hosts: Sequence[str], at: datetime, short_name: str = ""
) -> Cell:
    """Make a subdistrict's own schema with every table, its hosts and its starting rows.

    `code` is the 9-digit statistical division code; `hosts` the names that open it. One
    transaction: it is there with everything, or not at all. Refused when code or host is taken.
    """
    wrong = []
    if not CODE.fullmatch(code):
        wrong.append(FieldRefusal("code", _("区划代码应为 9 位数字")))
    if not name.strip():
        wrong.append(FieldRefusal("name", _("请填写街道名称")))
    wrong += [
        FieldRefusal("hosts", _("域名格式不对：%(host)s") % {"host": host})
        for host in hosts
        if not HOST.fullmatch(host)
    ]
    if not hosts:
        wrong.append(FieldRefusal("hosts", _("至少要有一个域名")))
    if wrong:
        raise Refusal("；".join(f.sentence for f in wrong), "cells.cannot_create", fields=wrong)

    schema = f"c_{code}"
    script = script_for(schema)
    here().set_schema_to_public()
    with transaction.atomic():
        if Cell.objects.filter(code=code).exists():
            raise Refusal(
                _("区划代码 %(code)s 已有街道单元") % {"code": code},
                "cells.code_taken",
                field="code",
            )
        if taken := Host.objects.filter(domain__in=hosts).first():
            raise Refusal(
                _("域名 %(host)s 已被使用") % {"host": taken.domain},
                "cells.host_taken",
                field="hosts",
            )
        cell = Cell(schema_name=schema, code=code, name=name, short_name=short_name or name)
        cell.save(force_insert=True)
        Host.objects.bulk_create(
            [Host(domain=h, tenant=cell, is_primary=i == 0) for i, h in enumerate(hosts)]
        )
        with connection.cursor() as cursor:
            cursor.execute(script)
        with schema_context(schema):
            furnish(at=at)
    forget_hosts()
    return cell


def create_district(*, code: str, name: str, hosts: Sequence[str], at: datetime) -> Cell:
    """Give the public schema its own row and hosts: the district's view of roll-ups."""
    here().set_schema_to_public()
    with transaction.atomic():
        cell = Cell.objects.filter(schema_name="public").first() or Cell(schema_name="public")
        cell.code, cell.name, cell.short_name = code, name, name
        cell.save()
        for host in hosts:
            Host.objects.update_or_create(domain=host, defaults={"tenant": cell})
        furnish(at=at)
    forget_hosts()
    return cell


def furnish(*, at: datetime) -> None:
    """Give the present schema the rows every office starts from; again changes nothing.

    Each area that has such rows says so in its `furnish`; run for new cells and after migrating.
    In the district's schema only the areas that have tables there are asked.
    """
    at_district = here().schema_name == "public"
    for area in areas():
        if not at_district or area.name in settings.SHARED_APPS:
            area.furnish(at)
