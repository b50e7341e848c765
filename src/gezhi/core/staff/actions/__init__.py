"""Named writes of accounts, sign-in, posts and roles."""

from gezhi.core.staff.actions.accounts import (
    NewAccount,
    change_password,
    close_account,
    create_account,
    new_link,
    set_password_by_link,
)
from gezhi.core.staff.actions.administrators import FirstLink, create_first_administrators
from gezhi.core.staff.actions.doors import (
    end_other_sessions,
    end_session,
    lift_lock,
    sign_in,
    sign_in_as_cast,
    sign_out,
)
from gezhi.core.staff.actions.posts import (
    agree_post,
    end_post,
    grant_acting_post,
    grant_post,
    refuse_post,
)
from gezhi.core.staff.actions.roles import set_role_rights
from gezhi.core.staff.actions.second_factor import (
    confirm_totp,
    recover_second_factor,
    remove_totp,
    show_second_factor,
    start_totp,
)

__all__ = [
    "FirstLink",
    "NewAccount",
    "agree_post",
    "change_password",
    "close_account",
    "confirm_totp",
    "create_account",
    "create_first_administrators",
    "end_other_sessions",
    "end_post",
    "end_session",
    "grant_acting_post",
    "grant_post",
    "lift_lock",
    "new_link",
    "recover_second_factor",
    "refuse_post",
    "remove_totp",
    "set_password_by_link",
    "set_role_rights",
    "show_second_factor",
    "sign_in",
    "sign_in_as_cast",
    "sign_out",
    "start_totp",
]
