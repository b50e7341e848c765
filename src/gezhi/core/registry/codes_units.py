"""Code tables about dwellings, enterprises, shops and sites."""

from __future__ import annotations

from typing import Final

from gezhi.base.sentences import _
from gezhi.core.registry.codes import code_table

BUILDING_USE: Final = code_table(
    "building_use",
    _("建筑用途"),
    """
    residential 住宅 = 居住 居民住宅 民居 住房 商品房住宅 民用 居住用房 民宅
    mixed 商住 = 商住两用 商住混合 混合 居住经营 住宅兼商用 商住楼
    commercial 商用 = 商业 商铺 门面 经营 商业用房 门面房 底商 商用房
    industrial 厂房仓储 = 厂房 仓储 仓库 工业 工业厂房 库房
    office 办公 = 写字楼 办公楼 办公用房
    other 其他 = 其它 公共设施 配套
    """,
)

USE_STATE: Final = code_table(
    "use_state",
    _("使用状态"),
    """
    self 自住 = 自用 业主自住 自己住 已入住 入住 本人居住 亲属居住
    rented 出租 = 已出租 租赁 租出 出租中 租住 部分出租 整租
    vacant 空置 = 闲置 空房 空关 无人居住 未入住 未装修 空
    business 办公经营 = 经营 办公 商用 营业 经营办公 商业经营
    building 在建 = 建设中 未交付 未交房 施工中
    unknown 未核实 = 未知 不详 待核实 联系不上
    """,
)

TENURE: Final = code_table(
    "tenure",
    _("产权性质"),
    """
    market 商品房 = 商品住宅 商品 购买商品房
    resettlement 安置房 = 回迁房 拆迁安置 拆迁安置房 回迁 安置
    public_rental 公租房 = 廉租房 公共租赁住房 公租 保障房 保障性住房
    self_built 村民自建 = 自建房 自建 农村自建房 宅基地 村民自建房
    work_unit 单位房 = 房改房 单位公房 公房 福利房 家属院
    """,
    ambiguous={
        "小产权": ("self_built", "resettlement"),
        "小产权房": ("self_built", "resettlement"),
    },
)

RENT_USE: Final = code_table(
    "rent_use",
    _("出租用途"),
    """
    living 居住 = 住人 住宿 住
    business 经营 = 商用 营业 办公
    storage 仓储 = 仓库 库房 存货
    mixed 混合 = 居住经营 商住 混用
    """,
)

HAZARD: Final = code_table(
    "hazard",
    _("隐患类型"),
    """
    none 无 = 没有 无隐患 否 正常 未发现
    order 治安 = 治安隐患
    fire 消防 = 消防隐患 火灾 堆放杂物 飞线充电 电动车入户 占用消防通道
    structure 结构 = 结构安全 危房 房屋结构 墙体开裂
    gas_electric 燃气电气 = 燃气 电气 用电 用气 液化气 线路老化 私拉乱接
    other 其他 = 其它
    """,
)

ENTERPRISE_KIND: Final = code_table(
    "enterprise_kind",
    _("单位类型"),
    """
    company 企业 = 公司 有限公司 有限责任公司 股份有限公司 私营企业 \
        民营企业 国有企业 外资企业 合伙企业 个人独资企业
    self_employed 个体工商户 = 个体 个体户 个体经营
    cooperative 农民专业合作社 = 合作社 专业合作社
    institution 事业单位 = 机关 机关单位 机关事业单位 行政单位 政府机关 学校 医院
    social 社会组织 = 社会团体 民办非企业 民办非企业单位 民非 基金会 协会 商会
    self_governing 基层群众性自治组织 = 居委会 村委会 自治组织 居民委员会 村民委员会
    other 其他 = 其它
    """,
)

PUBLIC_UNIT_KIND: Final = code_table(
    "public_unit_kind",
    _("公共单位类别"),
    """
    school 学校 = 小学 中学 大学 高中 初中 培训机构 中小学
    kindergarten 幼儿园 = 托儿所 托育 托育机构
    clinic 医疗机构 = 医院 诊所 卫生室 卫生服务中心 药店
    hotel 宾馆 = 酒店 旅馆 民宿 旅店
    market 市场商超 = 超市 商场 农贸市场 市场 菜市场
    office 机关单位 = 机关 政府机关 行政单位
    company 企业园区 = 园区 产业园 企业
    other 其他 = 其它
    """,
)

UNIT_STATE: Final = code_table(
    "unit_state",
    _("经营状态"),
    """
    open 在业 = 正常 营业 存续 开业 正常经营 经营中 在营 正常营业 开门 营业中 正常生产
    suspended 停业 = 歇业 暂停 停产 停工停产 关门 暂停营业 未营业 未开门 半停产
    closed 注销 = 吊销 已注销 倒闭 关停 关闭
    moved 搬离 = 搬迁 迁出 已搬走 搬走 已搬离 外迁
    """,
)

TRADE: Final = code_table(
    "trade",
    _("业态"),
    """
    catering 餐饮 = 餐馆 饭店 小吃 小吃店 餐厅 快餐 早餐 面馆 火锅 烧烤 饮品 奶茶 小餐饮 餐饮店
    food_retail 食品零售 = 超市 便利店 小卖部 副食 副食店 粮油 商店 烟酒 烟酒店 百货
    produce 果蔬生鲜 = 水果 水果店 蔬菜 菜店 生鲜 肉店 蔬菜店 水产
    pharmacy 药店 = 药房 大药房
    clinic 诊所 = 卫生室 口腔 口腔诊所 中医馆
    beauty 美容美发 = 理发 理发店 美发 美容 美甲 养生 美容院 理发馆
    lodging 住宿 = 宾馆 旅馆 民宿 酒店 招待所
    entertainment 文化娱乐 = 网吧 KTV 棋牌 棋牌室 台球 影院 健身 健身房 游泳馆
    education 教育培训 = 培训 培训机构 幼儿园 托管 托育 托管班 辅导班
    repair 维修服务 = 维修 汽修 修车 家电维修 洗车 电动车维修 汽车维修 手机维修
    hardware 五金建材 = 五金 建材 装饰 装修 灯具 门窗 涂料
    clothing 服装鞋帽 = 服装 鞋店 服饰 衣服 童装 鞋帽
    courier 快递物流 = 快递 物流 驿站 菜鸟驿站 货运
    agency 中介服务 = 中介 房产中介 房产 家政 劳务 劳务中介
    electronics 通讯电子 = 手机 通讯 电脑 数码 手机店
    laundry 洗衣 = 干洗 洗衣店 干洗店
    finance 金融 = 银行 保险 彩票
    small_factory 小作坊 = 小加工 加工 作坊 加工坊
    other 其他 = 其它 综合
    """,
)

GAS: Final = code_table(
    "gas",
    _("用气方式"),
    """
    none 不用气 = 无 不使用 未使用 用电 电 没有 无燃气
    piped 管道天然气 = 天然气 管道气 燃气管道 管道燃气 燃气
    bottled 瓶装液化气 = 液化气 瓶装气 煤气罐 气罐 罐装 液化石油气 瓶装 煤气
    other 其他 = 其它 醇基燃料 煤
    """,
)

SITE_STAGE: Final = code_table(
    "site_stage",
    _("施工阶段"),
    """
    planned 未开工 = 待开工 筹备 前期 未动工 前期手续
    demolition 拆除 = 拆迁 拆除阶段
    earthwork 土方 = 土方开挖 土石方 基坑 基坑开挖 土方阶段 挖土
    foundation 基础 = 地基 桩基 基础施工 基础阶段 地下结构
    main 主体 = 主体施工 主体结构 主体阶段 在建 封顶
    fitting 装修 = 装饰 装饰装修 内外装修 装修阶段 二次结构 安装 收尾
    municipal 市政 = 市政道路 管网 绿化 配套 室外工程 市政工程
    stopped 停工 = 停建 烂尾 暂停 停缓建
    finished 竣工 = 完工 已完工 已竣工 验收 竣工验收
    """,
)
