"""The screens of accounts, posts and roles, asked for over the whole stack."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from gezhi.base.testing import queries
from gezhi.core.notices import actions as notices
from gezhi.core.notices.models import Notice
from gezhi.core.staff.models import Account, Post
from gezhi.core.staff.tests.office import Ground, as_actor, come, hire

pytestmark = pytest.mark.django_db


@pytest.fixture
def system(ground: Ground) -> Client:
    return come(hire("sysadmin", "system_administrator", ground.office, name="白系统"))


@pytest.fixture
def security(ground: Ground) -> Client:
    return come(hire("secadmin", "security_administrator", ground.office, name="严安全"))


@pytest.fixture
def worker(ground: Ground) -> Account:
    return hire("wangwei", "grid_worker_full", ground.yongle_1, name="王伟")


def words(browser: Client, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200, f"{address}: {answer.status_code}"
    text = re.sub(r"<[^>]+>", " ", answer.content.decode().partition("<main")[2])
    return " ".join(text.split())


# --- coming in and one's own -----------------------------------------------------------


def test_strangers_at_home_are_led_to_the_door() -> None:
    assert Client().get("/")["Location"] == "/sign-in/"


def test_a_page_strangers_do_not_find_leads_to_the_door_whether_it_exists_or_not(
    worker: Account,
) -> None:
    there, nowhere = (Client().get(path) for path in ("/accounts/", "/no-such-page/"))

    assert there.status_code == nowhere.status_code == 404
    for answer in (there, nowhere):
        assert '<a class="btn btn-primary" href="/sign-in/">' in answer.content.decode()
    inside = come(worker).get("/no-such-page/").content.decode()
    assert '<a class="btn btn-primary" href="/">' in inside
    assert "/sign-in/" not in inside


def test_home_shows_what_waits_the_posts_and_what_i_did(worker: Account) -> None:
    by = as_actor(worker, at=timezone.now())
    notices.send(
        to=[worker.pk], kind="t", title="核对冲突", link="/conflicts/", todo=True,
        by=by, at=timezone.now(),
    )  # fmt: skip

    page = words(come(worker), "/")

    assert "您好，王伟" in page
    assert "核对冲突" in page
    assert "永乐社区第一网格 专职网格员" in page
    assert "发送消息" in page


def test_home_says_in_time_that_the_password_runs_out(worker: Account) -> None:
    browser = come(worker)
    Account.objects.update(password_set_at=timezone.now() - timedelta(days=86))

    assert "密码还有 3 天到期" in words(browser, "/")


def test_the_account_page_names_its_owner_posts_and_browsers(worker: Account) -> None:
    browser = come(worker)
    come(worker)

    page = words(browser, "/account/")

    assert "姓名 王伟 用户名 wangwei" in page
    assert "专职网格员 永乐社区第一网格 2022-01-01" in page
    assert page.count("Windows · Edge") == 2
    assert "退出其他所有设备" in page


def test_to_dos_are_ticked_off_and_notices_read(worker: Account) -> None:
    browser = come(worker)
    by = as_actor(worker, at=timezone.now())
    for todo in (True, False):
        notices.send(
            to=[worker.pk], kind="t", title="核对冲突", todo=todo, by=by, at=timezone.now()
        )
    waiting, told = Notice.objects.get(todo=True), Notice.objects.get(todo=False)

    browser.post("/todo/", {"_bulk": "finish", "pick": [waiting.pk], "_sure": "1"})
    browser.post("/notices/", {"_bulk": "read", "pick": [told.pk]})

    assert "目前没有需要您办理的事项" in words(browser, "/todo/")
    assert "核对冲突" in words(browser, "/todo/done/")
    assert "已读" in words(browser, "/notices/")


# --- accounts --------------------------------------------------------------------------


def test_residents_own_accounts_are_masked_and_answer_for_no_program(
    system: Client, worker: Account
) -> None:
    resident = Account.objects.create(username="zheng", name="郑玉梅", person_id=uuid4())
    Account.objects.filter(pk=worker.pk).update(person_id=uuid4())  # lives here as well

    assert "王伟" in words(system, "/accounts/")
    for path in ("/accounts/", f"/accounts/{resident.pk}/", f"/accounts/{resident.pk}/grant/"):
        assert "郑玉梅" not in words(system, path)
    assert "郑*梅" in words(system, "/accounts/")
    offered = words(system, "/programs/new/")
    assert "王伟" in offered
    assert "郑玉梅" not in offered


def test_searching_and_sorting_tell_nothing_of_a_masked_name(
    system: Client, worker: Account
) -> None:
    Account.objects.create(username="zheng", name="郑玉梅", person_id=uuid4())
    Account.objects.filter(pk=worker.pk).update(person_id=uuid4())  # lives here as well

    assert "郑*梅" not in words(system, "/accounts/?q=玉")
    assert "郑*梅" in words(system, "/accounts/?q=zheng")
    assert "王伟" in words(system, "/accounts/?q=伟")
    first = words(system, "/accounts/?sort=name")
    assert first.index("郑*梅") < first.index("王伟")  # as if it had no name


def test_the_page_with_a_residents_link_masks_the_name(system: Client) -> None:
    resident = Account.objects.create(username="zheng", name="郑玉梅", person_id=uuid4())

    page = system.post(f"/accounts/{resident.pk}/link/", {}).content.decode()

    assert "set-password" in page
    assert "郑*梅" in page
    assert "郑玉梅" not in page


def test_a_new_account_gives_a_link_once(system: Client) -> None:
    answer = system.post("/accounts/new/", {"username": "zhaoyi", "name": "赵一"})

    page = answer.content.decode()
    link = re.search(r"http://testserver(/set-password/[\w-]+/)", page)
    assert "赵一" in page
    assert link is not None
    assert Client().get(link.group(1)).status_code == 200
    assert "set-password" not in words(
        system, f"/accounts/{Account.objects.get(username='zhaoyi').pk}/"
    )


def test_an_account_in_post_cannot_be_closed_and_says_why(system: Client, worker: Account) -> None:
    page = words(system, f"/accounts/{worker.pk}/")
    answer = system.post(f"/accounts/{worker.pk}/close/", {"reason": "调离"})

    assert "账号还有在任岗位，请先办理离任" in page
    assert answer.status_code == 422
    worker.refresh_from_db()
    assert worker.closed_at is None


def test_lists_cost_the_same_for_one_row_or_fifty(system: Client, ground: Ground) -> None:
    for n in range(60):
        hire(f"worker{n}", "grid_worker_full", ground.yongle_1)
    for address in ("/accounts/", "/posts/", "/roles/", "/posts/vacant/"):
        system.get(address)
        with queries(9):  # one of them may be the way into the cell
            assert system.get(address).status_code == 200


# --- posts -----------------------------------------------------------------------------


def test_granting_and_agreeing_on_the_screen(
    system: Client, security: Client, worker: Account, ground: Ground
) -> None:
    answer = system.post(
        f"/accounts/{worker.pk}/grant/",
        {
            "role": "registry_clerk",
            "place": ground.yongle.pk,
            "valid_from": f"{timezone.localdate()}",
        },
    )
    post = Post.objects.get(role="registry_clerk")
    assert answer["Location"] == f"/posts/{post.pk}/"
    assert "待复核" in words(system, f"/posts/{post.pk}/")
    assert "同意任命" not in words(system, f"/posts/{post.pk}/")

    assert "同意任命" in words(security, f"/posts/{post.pk}/")
    assert security.post(f"/posts/{post.pk}/agree/").status_code == 302

    assert "registry.export" in as_actor(worker, at=timezone.now()).rights


def test_what_cannot_be_granted_is_said_at_its_field(
    system: Client, worker: Account, ground: Ground
) -> None:
    answer = system.post(
        f"/accounts/{worker.pk}/grant/",
        {
            "role": "grid_chief_l2",
            "place": ground.yongle_1.pk,
            "valid_from": f"{timezone.localdate()}",
        },
    )

    assert answer.status_code == 422
    assert "不能设在这一层级的网格" in answer.content.decode()


def test_leaving_shows_the_handover_list(system: Client, worker: Account) -> None:
    by = as_actor(worker, at=timezone.now())
    notices.send(to=[worker.pk], kind="t", title="核对", todo=True, by=by, at=timezone.now())
    post = Post.objects.get(account=worker)

    page = words(system, f"/posts/{post.pk}/end/")
    answer = system.post(
        f"/posts/{post.pk}/end/", {"on": f"{timezone.localdate()}", "reason": "调离"}
    )

    assert "待办事项：1" in page
    assert "还有 1 项未办结工作，请选择接手人" in answer.content.decode()


def test_vacancies_name_what_each_place_lacks(
    system: Client, worker: Account, ground: Ground
) -> None:
    hire("liming", "grid_chief_l2", ground.yongle)

    page = words(system, "/posts/vacant/")

    assert "永乐社区第一网格 永乐社区 三级网格长 " in page
    assert "紫兰苑社区第一网格 紫兰苑社区 三级网格长 专职网格员" in page
    assert "紫兰苑社区 紫兰苑社区 二级网格长" in page
    assert "永乐社区 永乐社区 二级网格长" not in page


def test_a_chief_sees_the_posts_of_her_own_community(ground: Ground, worker: Account) -> None:
    chief = come(hire("liming", "grid_chief_l2", ground.yongle, name="李明"))
    hire("sunli", "grid_worker_full", ground.zilan_1, name="孙丽")

    page = words(chief, "/posts/")

    assert "王伟" in page
    assert "孙丽" not in page
    assert "另有 1 条不在您的权限范围内" in page


# --- roles -----------------------------------------------------------------------------


def test_the_editor_offers_only_what_may_stand_together(system: Client) -> None:
    page = words(system, "/roles/volunteer/rights/")
    own = words(system, "/roles/system_administrator/rights/")

    assert "查看人口底数" in page
    assert "任免岗位" not in page
    assert "任免岗位" in own
    assert "查看人口底数" not in own


def test_the_matrix_sets_every_right_against_every_role(security: Client) -> None:
    page = words(security, "/roles/matrix/")

    assert "任免岗位" in page
    assert "二级网格长" in page


def test_whoever_may_not_search_has_no_search_box(security: Client, worker: Account) -> None:
    assert "search" not in security.get("/roles/").content.decode().partition("<main")[0]
    assert 'role="search"' in come(worker).get("/account/").content.decode()


def test_the_log_of_tries_hides_names_no_account_has(security: Client) -> None:
    Client().post("/sign-in/", {"username": "MyPassw0rd", "password": "x"})

    page = words(security, "/sign-in-attempts/")

    assert "（没有这个账号）" in page
    assert "MyPassw0rd" not in page
