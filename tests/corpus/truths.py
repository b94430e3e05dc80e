"""What the generated documents state: notices that are laid out in many ways, and whole other forms."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True)
class Truth:
    """What a document states; None where it states nothing."""

    title: str
    number: str | None
    issuers: tuple[str, ...]
    issued: date
    begins: date | None = None
    ends: date | None = None
    published: date | None = None
    level: str | None = None
    region: str | None = None
    closing: str = ""
    body: tuple[str, ...] = (
        "为贯彻落实有关部署，加快推进新型工业化，结合实际，现就有关事项通知如下：",
        "一、工作目标",
        "到2027年，培育一批具有竞争力的企业，产业规模持续扩大。",
        "二、重点任务",
        "（一）加强组织领导。各地要明确责任分工，按季度报送进展情况。",
        "（二）加大支持力度。根据《江苏省制造业促进条例》和苏政发〔2020〕13号文件要求落实政策。",
    )
    addressees: str = "各设区市工业和信息化局，各有关单位："
    extra: dict[str, str] = field(default_factory=dict)


NOTICES = (
    Truth(
        "关于印发《江苏省重点产业链培育行动方案》的通知",
        "苏工信产业〔2025〕118号",
        ("江苏省工业和信息化厅",),
        date(2025, 4, 16),
        level="省",
        region="江苏省",
    ),
    Truth(
        "关于组织开展2026年度省级专精特新中小企业申报工作的通知",
        "苏工信中小〔2026〕75号",
        ("江苏省工业和信息化厅", "江苏省财政厅"),
        date(2026, 3, 2),
        level="省",
        region="江苏省",
    ),
    Truth(
        "市政府办公室关于加快推进制造业智能化改造的实施意见",
        "宁政办发〔2024〕33号",
        ("南京市人民政府办公室",),
        date(2024, 6, 28),
        date(2024, 8, 1),
        date(2027, 7, 31),
        level="市",
        region="南京市",
        closing="本意见自2024年8月1日起施行，有效期至2027年7月31日。",
        addressees="各区人民政府，市府各委办局，市各直属单位：",
    ),
    Truth(
        "关于进一步做好工业企业技术改造综合奖补工作的通知",
        "苏工信规〔2023〕4号",
        ("江苏省工业和信息化厅", "江苏省财政厅", "江苏省统计局"),
        date(2023, 12, 29),
        date(2023, 12, 29),
        date(2026, 12, 28),
        level="省",
        region="江苏省",
        closing="本通知自印发之日起施行，有效期三年。",
    ),
    Truth(
        "关于公布第六批专精特新“小巨人”企业和通过复核的第三批专精特新“小巨人”企业名单的通知",
        "工信部企业函〔2024〕211号",
        ("工业和信息化部",),
        date(2024, 9, 2),
        level="国家",
        region="全国",
        addressees="各省、自治区、直辖市及计划单列市、新疆生产建设兵团工业和信息化主管部门：",
    ),
    Truth(
        "关于开展2025年度绿色工厂推荐及现有绿色制造名单动态调整工作的通知",
        "锡工信综合〔2025〕19号",
        ("无锡市工业和信息化局",),
        date(2025, 5, 9),
        level="市",
        region="无锡市",
    ),
    Truth(
        "关于印发昆山市推动机器人产业高质量发展若干政策措施的通知",
        "昆政规〔2025〕3号",
        ("昆山市人民政府",),
        date(2025, 7, 1),
        date(2025, 8, 1),
        date(2028, 7, 31),
        level="县",
        region="昆山市",
        closing="本措施自2025年8月1日起施行，有效期三年。",
        addressees="昆山开发区、昆山高新区、花桥经济开发区、旅游度假区管委会，各镇人民政府：",
    ),
    Truth(
        "关于做好2025年工业领域设备更新和技术改造贷款贴息申报工作的补充通知",
        "通工信发〔2025〕62号",
        ("南通市工业和信息化局", "南通市财政局"),
        date(2025, 8, 15),
        level="市",
        region="南通市",
    ),
)


def others() -> Iterator[tuple[str, Truth, str]]:
    """Announcements, orders and regulations: forms whose number or issuer stands elsewhere."""
    yield (
        "announcement",
        Truth(
            "关于工业母机企业增值税加计抵减政策的公告",
            "财政部 税务总局公告2024年第21号",
            ("财政部", "税务总局"),
            date(2024, 2, 1),
            date(2024, 1, 1),
            date(2027, 12, 31),
            level="国家",
            region="全国",
        ),
        "关于工业母机企业增值税加计抵减政策的公告\n财政部　税务总局公告2024年第21号\n现将有关事项公告如下：\n"
        "一、允许企业按照当期可抵扣进项税额加计抵减应纳税额。\n"
        "二、本公告执行期限为2024年1月1日至2027年12月31日。\n特此公告。\n财政部　税务总局\n2024年2月1日",
    )
    yield (
        "order",
        Truth(
            "江苏省行政规范性文件管理规定",
            "江苏省人民政府令第190号",
            ("江苏省人民政府",),
            date(2025, 9, 10),
            date(2025, 11, 1),
            level="省",
            region="江苏省",
        ),
        "江苏省人民政府令\n第190号\n《江苏省行政规范性文件管理规定》已经2025年9月1日省人民政府第60次常务会议讨论通过，"
        "现予公布，自2025年11月1日起施行。\n省长　王某某\n2025年9月10日\n江苏省行政规范性文件管理规定\n"
        "第一条　为了规范管理，制定本规定。\n第二条　本规定适用于本省。\n"
        "第三条　本规定自2025年11月1日起施行。",
    )
    yield (
        "regulation of a city",
        Truth(
            "苏州市智能车联网发展促进条例",
            None,
            ("苏州市人民代表大会常务委员会",),
            date(2023, 10, 31),
            date(2023, 12, 1),
            level="市",
            region="苏州市",
        ),
        "苏州市智能车联网发展促进条例\n（2023年10月31日苏州市第十七届人民代表大会常务委员会第十次会议通过）\n"
        "第一条　为了促进发展，制定本条例。\n第二条　本条例适用于本市。\n"
        "第三条　本条例自2023年12月1日起施行。",
    )
    yield (
        "ministry's measures",
        Truth(
            "工业节能监察办法",
            "中华人民共和国工业和信息化部令第58号",
            ("工业和信息化部",),
            date(2022, 12, 22),
            date(2023, 2, 1),
            level="国家",
            region="全国",
        ),
        "中华人民共和国工业和信息化部令\n第58号\n《工业节能监察办法》已经2022年12月22日工业和信息化部第16次部务会议审议通过，"
        "现予公布，自2023年2月1日起施行。\n部长　金某某\n2022年12月22日\n工业节能监察办法\n"
        "第一条　为了规范工业节能监察行为，制定本办法。\n第二条　本办法自2023年2月1日起施行。",
    )
