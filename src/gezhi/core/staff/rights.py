"""Who may see and change accounts, posts and roles."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from gezhi.base.rights import Right, own, within_posting

OWN_ACCOUNT = Right("staff.own_account", _("管理自己的账号"), where=own("account_id"))
SEE_POSTS = Right("staff.see_posts", _("查看岗位"), where=within_posting("place__"))
SEE_VACANCIES = Right("staff.see_vacancies", _("查看空缺岗位"), where=within_posting())
SEE_ACCOUNTS = Right("staff.see_accounts", _("查看账号"))
SEE_ROLES = Right("staff.see_roles", _("查看角色权限"))
MANAGE_ACCOUNTS = Right("staff.manage_accounts", _("建立与停用账号"))
GRANT_POSTS = Right("staff.grant_posts", _("任免岗位、登记程序"), second_factor=True)
AGREE_POSTS = Right("staff.agree_posts", _("复核岗位任命与程序"), second_factor=True)
SET_ROLES = Right("staff.set_roles", _("拟定角色权限"), second_factor=True)
AGREE_ROLES = Right("staff.agree_roles", _("复核角色权限"), second_factor=True)
RECOVER = Right("staff.recover", _("解除锁定与动态口令"), second_factor=True)
SEE_ATTEMPTS = Right("staff.see_attempts", _("查看登录尝试"))
UNITS = Right("staff.units", _("维护责任单位"))
