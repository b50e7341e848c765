"""The screens of this area: coming in, one's own account, accounts, posts, roles."""

from gezhi.core.staff.pages.accounts import (
    AccountDetail,
    AccountList,
    CloseAccount,
    LiftLock,
    NewAccountPage,
    NewLink,
    RecoverSecondFactor,
)
from gezhi.core.staff.pages.attempts import AttemptList
from gezhi.core.staff.pages.home import Home
from gezhi.core.staff.pages.own import (
    ChangePassword,
    ConfirmTotp,
    EndSession,
    OwnAccount,
    RemoveTotp,
    SecondFactor,
    StartTotp,
)
from gezhi.core.staff.pages.posts import (
    ActingPostPage,
    AgreePost,
    EndPost,
    FormerPostList,
    GrantPost,
    PostDetail,
    PostList,
    RefusePost,
    VacancyList,
)
from gezhi.core.staff.pages.roles import RoleDetail, RoleList, RoleMatrix, RoleRights
from gezhi.core.staff.pages.sign_in import DemoSignIn, SetPassword, SignIn, SignOut

pages = (
    Home,
    SignIn,
    DemoSignIn,
    SetPassword,
    SignOut,
    SecondFactor,
    OwnAccount,
    EndSession,
    ChangePassword,
    StartTotp,
    ConfirmTotp,
    RemoveTotp,
    AccountList,
    NewAccountPage,
    AccountDetail,
    NewLink,
    LiftLock,
    RecoverSecondFactor,
    CloseAccount,
    GrantPost,
    PostList,
    FormerPostList,
    VacancyList,
    PostDetail,
    AgreePost,
    RefusePost,
    ActingPostPage,
    EndPost,
    RoleList,
    RoleMatrix,
    RoleDetail,
    RoleRights,
    AttemptList,
)
