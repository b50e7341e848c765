"""What goes wrong in a town, in the words of those who report it and of those who mend it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from gezhi.wiring.towns.chance import Weighted


@dataclass(frozen=True, slots=True)
class Trouble:
    """A kind of trouble: nature and code of its category, and how it is told.

    `{spot}` stands for a place within the address. What is small is mended on the spot by the
    grid worker who sees it.
    """

    topic: str
    indoors: bool
    """At a house; else along a street."""
    told: tuple[str, ...]
    mended: tuple[str, ...]
    is_small: bool = False

    @property
    def nature(self) -> str:
        return "event" if self.topic[0] == "e" else "component"

    @property
    def code(self) -> str:
        return self.topic[1:]


def _at_home(topic: str, told: str, mended: str, **more: bool) -> Trouble:
    return Trouble(topic, True, tuple(told.split("/")), tuple(mended.split("/")), **more)


def _outside(topic: str, told: str, mended: str, **more: bool) -> Trouble:
    return Trouble(topic, False, tuple(told.split("/")), tuple(mended.split("/")), **more)


TROUBLES: Final = Weighted(
    {
        _at_home(
            "e0102",
            "{spot}垃圾桶满了，袋子堆到路上，有异味/{spot}生活垃圾堆了两天没人清，招苍蝇"
            "/{spot}有人乱倒厨余垃圾，污水流了一地",
            "已清运垃圾两车，地面冲洗干净/垃圾已清走，增设一个大桶，每天早晚各收一次",
            is_small=True,
        ): 13.0,
        _outside(
            "e0103",
            "{spot}有人夜里倒了一堆装修垃圾，约两方/{spot}渣土成堆，下雨就流到路上",
            "渣土清运完毕，场地已平整/已清走约三方，并装了禁止倾倒的牌子",
        ): 5.0,
        _outside(
            "e0104",
            "{spot}路面全是泥，车过扬尘/{spot}污水漫到路面，行人绕着走",
            "已用洒水车冲洗路面/已清扫并冲洗，路面见本色",
            is_small=True,
        ): 4.5,
        _outside(
            "e0106",
            "{spot}绿化带里塑料袋、饮料瓶很多/{spot}绿篱缺了一大片，有人踩出小路",
            "绿化带已捡拾干净/已补栽并设了围挡",
            is_small=True,
        ): 3.0,
        _at_home(
            "e0108",
            "{spot}扔着旧沙发和床垫，占了半条路/楼道口放着坏冰箱，一周没人搬",
            "大件已清走/已联系住户搬走",
            is_small=True,
        ): 4.0,
        _at_home(
            "e0107",
            "{spot}一辆面包车停了几个月，车胎没气，落满灰/{spot}有三辆没人骑的电动车，占着车位",
            "已张贴通知，到期拖离/车主已把车开走",
        ): 2.5,
        _outside(
            "e0110",
            "{spot}路面有坑，直径半米多，晚上骑车危险/{spot}人行道砖翘起来绊人"
            "/{spot}检修后路面没恢复，一圈凹陷",
            "已用热沥青修补，可安全通行/人行道砖已重铺，平整",
        ): 6.0,
        _outside(
            "e0112",
            "{spot}渣土车撒了一路石子/{spot}拉水泥的车漏浆，路面结块",
            "石子已清扫/已铲除结块并冲洗",
        ): 2.0,
        _at_home(
            "e0116",
            "楼下饭店油烟往上飘，窗户不敢开/{spot}烧烤店油烟管对着住户窗户",
            "店家已清洗净化器，复测合格/排烟口已改到楼顶",
        ): 2.0,
        _at_home(
            "e0201",
            "楼道里贴满开锁、贷款的小广告/{spot}电线杆上全是租房小广告",
            "已铲除并粉刷/小广告已清除",
            is_small=True,
        ): 4.0,
        _outside(
            "e0205",
            "{spot}门头招牌掉了一角，刮风晃/{spot}灯箱面板裂了，怕掉下来砸人",
            "松动的招牌已拆下/已加固并更换面板",
        ): 1.5,
        _outside(
            "e0301",
            "{spot}工地夜里十一点还在打混凝土，睡不着/{spot}中午施工噪声大，孩子没法午休",
            "已责令停止夜间施工并约谈负责人/施工单位改到上午八点以后作业",
        ): 4.0,
        _outside(
            "e0302",
            "{spot}工地裸土没盖，一刮风全是灰/{spot}土方作业没有喷淋",
            "裸土已覆盖，喷淋开启/已停工整改，覆盖后复工",
        ): 3.0,
        _outside(
            "e0404",
            "{spot}下水道堵了，污水往上冒/{spot}化粪池满溢，味道很大",
            "已疏通管道并清掏/井体已修复，排水正常",
        ): 3.5,
        _outside(
            "e0406",
            "{spot}雨后积水没过脚踝，半天不退/{spot}路口积水，电动车过不去",
            "已用泵抽排，雨箅子清掏完毕/积水已排除",
        ): 2.5,
        _outside(
            "e0501",
            "{spot}早市摊贩摆到快车道上/{spot}三轮车卖菜堵住路口",
            "已劝离，引导到便民市场/现场劝离三户，安排人员早高峰值守",
        ): 4.5,
        _outside(
            "e0504",
            "{spot}饭店桌椅摆到人行道上/{spot}五金店把货堆在盲道上",
            "店家已收回店内，签了门前三包/已收回，盲道恢复",
            is_small=True,
        ): 6.0,
        _outside(
            "e0505",
            "{spot}人行道上停了五六辆车，推婴儿车过不去/{spot}小车长期占着消防车道",
            "已联系车主挪车，加装隔离桩/车辆已移走",
        ): 5.0,
        _outside(
            "e0506",
            "{spot}共享单车倒了一片，占了半个人行道/{spot}电动车乱停，堵住出入口",
            "单车已摆放整齐，通知企业清运/已摆正并划线",
            is_small=True,
        ): 5.0,
        _at_home(
            "e0508",
            "{spot}商铺喇叭从早喊到晚/楼下促销音响声音太大",
            "商家已关掉喇叭/已劝导，音量调低",
            is_small=True,
        ): 2.0,
        _at_home(
            "e2101",
            "楼上漏水泡了天花板，两家说不拢/邻居把鞋柜放楼道，吵了几次"
            "/楼上孩子晚上跑跳，沟通过没有用",
            "双方达成协议：楼上修防水，楼下吊顶由楼上出料/调解后鞋柜搬回家中"
            "/双方同意晚十点后铺地垫",
        ): 4.0,
        _at_home(
            "e2102",
            "物业费涨了没有公示，业主不同意/小区公共收益没有公布",
            "物业已书面答复并公示账目/已召开协调会，按原标准收取",
        ): 2.0,
        _at_home(
            "e2201",
            "{spot}消防通道停满电动车/楼道堆了纸箱和旧家具，走不了人",
            "通道已清空，张贴警示/杂物清走，告知住户责任",
            is_small=True,
        ): 5.0,
        _at_home(
            "e2202",
            "有人从四楼拉线下来给电动车充电/{spot}飞线充电，插座挂在窗外",
            "已拆除拉线，引导到充电棚/线路拆除，入户宣传",
            is_small=True,
        ): 4.5,
        _at_home(
            "e2203",
            "独居老人家燃气软管老化开裂/餐馆后厨没有燃气报警器",
            "软管已更换/已装报警器，现场检测合格",
        ): 1.5,
        _at_home(
            "e2205",
            "外墙瓷砖掉下来一块，差点砸到人/六楼空调外机支架锈断了",
            "现场已围护，松动部分已清除/支架已更换",
        ): 1.0,
        _at_home(
            "e2206",
            "电梯一周困人两次，一抖一抖的/{spot}电梯按钮失灵",
            "维保单位更换配件，试运行正常/电梯停用检修后恢复",
        ): 2.0,
        _at_home(
            "e2301",
            "老人腿脚不便，想请人代办高龄补贴认证/残疾人证到期，家里没人能去办",
            "网格员上门协助办结/已代办，回执送到本人手里",
        ): 3.0,
        _at_home(
            "e2303",
            "整栋楼停水半天，没有通知/三单元跳闸停电，老人上不了楼",
            "阀门修好，已恢复供水/空气开关已更换，恢复供电",
        ): 2.5,
        _at_home(
            "e2304",
            "楼道灯坏了两层，物业报修一周没来/小区大门门禁坏了，谁都能进",
            "楼道灯已更换/门禁已修好",
        ): 3.0,
        _at_home(
            "e2401",
            "出租屋新搬来一家三口，还没登记/合租房换了两个人，未登记",
            "已上门登记并告知居住证办理/登记完毕",
            is_small=True,
        ): 2.5,
        _outside(
            "e2701",
            "{spot}有人挖沟铺管，问了说没报备/{spot}围挡里开始施工，查不到报备",
            "已停工，补办报备后复工/施工方补了手续",
        ): 1.5,
        _outside(
            "c0102",
            "{spot}污水井盖破了，露着半个口/{spot}井盖不见了，只插了树枝",
            "当场围护，新井盖已装好/井盖已更换",
        ): 2.0,
        _outside(
            "c0118",
            "{spot}路灯连着三盏不亮，晚上黑/{spot}路灯白天亮晚上灭",
            "灯泡和时控器已更换/线路故障已修复，全部亮灯",
        ): 3.5,
        _outside(
            "c0209",
            "{spot}交通标志牌被撞歪/{spot}限速牌被树枝挡住",
            "标志牌已扶正加固/树枝已修剪",
        ): 1.0,
        _outside(
            "c0402",
            "{spot}行道树枯了，枝条随时会掉/{spot}大风刮倒一棵树，挡住半幅路",
            "枯枝已锯除/倒伏树木已清走，次日补栽",
        ): 1.5,
        _at_home(
            "c0126",
            "小广场健身器材松动，老人差点摔倒/{spot}秋千链条断了",
            "器材已加固/链条已更换",
        ): 1.5,
    }
)
SPOTS_AT_HOME: Final = ("单元门口", "楼西侧", "北门垃圾亭旁", "楼后", "车棚边", "东侧通道")
SPOTS_OUTSIDE: Final = ("路口东南角", "公交站旁", "学校门口", "路北侧人行道", "便道上", "桥头")
NOT_OURS: Final = ("该处属小区内部，应由物业处理", "经查为市管道路，不在我单位养护范围", "权属不清")
NOT_SOLVED: Final = ("只清了一半，墙根还有", "现场复查问题仍在", "处理不彻底，照片与现场不符")
NOT_TRUE: Final = ("到现场未见反映的情况，询问周边住户也说没有", "现场已恢复正常，反映不属实")
CONFIRMED: Final = ("现场核实，情况属实", "到场查看，属实，已拍照", "属实，影响通行")
WAITING_FOR: Final = ("配件已订购，约三天到货", "连日降雨无法铺沥青", "需协调产权单位进场")
HELD_UP: Final = (
    "需整体改造，已列入明年春季计划，三月开工",
    "冬季低温不能铺装，开春后实施，先设围挡",
)
