"""Named writes of accounts, sign-in, posts and roles."""

from gezhi.core.staff.actions.accounts import (
    NewAccount,
    change_password,
    close_account,
    create_account,
    new_link,
    reopen_account,
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
from gezhi.core.staff.actions.programs import (
    agree_program,
    make_token,
    propose_program,
    refuse_program,
    revoke_program,
)
from gezhi.core.staff.actions.roles import (
    agree_role,
    propose_role,
    propose_role_rights,
    refuse_role,
)
from gezhi.core.staff.actions.second_factor import (
    confirm_totp,
    recover_second_factor,
    remove_totp,
    show_second_factor,
    start_totp,
)
from gezhi.core.staff.actions.units import change_unit, close_unit, open_unit

__all__ = [
    "FirstLink",
    "NewAccount",
    "agree_post",
    "agree_program",
    "agree_role",
    "change_password",
    "change_unit",
    "close_account",
    "close_unit",
    "confirm_totp",
    "create_account",
    "create_first_administrators",
    "end_other_sessions",
    "end_post",
    "end_session",
    "grant_acting_post",
    "grant_post",
    "lift_lock",
    "make_token",
    "new_link",
    "open_unit",
    "propose_program",
    "propose_role",
    "propose_role_rights",
    "recover_second_factor",
    "refuse_post",
    "refuse_program",
    "refuse_role",
    "remove_totp",
    "reopen_account",
    "revoke_program",
    "set_password_by_link",
    "show_second_factor",
    "sign_in",
    "sign_in_as_cast",
    "sign_out",
    "start_totp",
]
