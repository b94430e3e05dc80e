"""Understand: the question made whole, and what it asks for. Rules only; no model."""

from __future__ import annotations

import re
from datetime import date

from agent.followup import make_whole
from agent.lexis import asks, content, emphasised, expansion, focus, lexicon, normalise, terms, tokens
from agent.settings import ALL_PARTS
from agent.state import ArticleRef, Draft, Intent, State, Statement, Understanding
from agent.types import Ctx
from agent.wants import wants
from corpus.messages import msg
from corpus.numbering import CHINESE, DOC_NUMBER, PLAIN_NUMBER, chinese_to_int, same_doc_number
from corpus.places import CITIES, PROVINCES
from corpus.snapshot import Snapshot, title_key, title_keys
from index import Library
from index.asof import full_years, named_day, stated_day, without_names

_N = rf"(?:[{CHINESE}]+|\d+)"
_ARTICLE = re.compile(
    rf"第\s*({_N})\s*条(?:之[一二三四五])?(?:\s*第\s*({_N})\s*款)?(?:\s*第?\s*[（(]?({_N})[）)]?\s*项)?"
)
# A statute named without book marks: 广告法对…怎么处罚, 劳动合同法第三条; not 办法, 方法, 违法 and the like.
_STATUTE = re.compile(
    r"(?:^|[，。,、\s]|根据|按照?|依照|依据|请问)(?P<name>[\u4e00-\u9fff]{2,14}?(?:(?<![办方违合立司执守做看想语算无依设宪用手书说枪戏魔])法|条例))(?=第|对|规定|里|中(?!小)|怎么|如何|有没有|是|的|、|，|,|上|还)"
)
_SHORT_NUMBER = re.compile(r"(?<![\d〕\]）)第])(\d{1,4})\s*号(?:文件?|公告|令)")
_VALIDITY = re.compile(
    r"(还|仍然?|现在|目前|是否|是不是|已经?)[^。？，]{0,12}(有效|生效|失效|废止|作废|在执行|适用|管用|算数|作数|能用)|什么时候(失效|到期|废止|施行|生效|实施|开始)|(何时|哪天|哪一天|几时)(起)?(失效|到期|废止|施行|生效|实施)"
    r"|有效期(到|至|是|多久|几年|多长)|(被|由)[^。？]{0,10}(替代|取代|代替|废止)|(替代|取代|代替)了?(哪|什么)|哪(份|个)[^。？]{0,8}(替代|取代|代替|废止)|(施行|实施|生效)(日期|时间)|到期了?吗|(生效|施行|实施|执行|失效)了?(吗|没有|没|么)|废止了吗|作废了吗|有效吗|失效了吗|过期"
)
_COMPARE = re.compile(
    r"(新旧|新老|前后|两个?版本|两版|修订前后|和旧|与旧|跟旧|比旧|较旧|相比(?:旧|原|之前|以前|上一版))|(有什么|哪些|什么)(变化|区别|不同|差异|调整|改动|修改)|(改了|变了|调整了|修改了)(什么|哪些|多少)"
)
_OLD = re.compile(
    r"(旧版|旧的|老版|老办法|旧办法|旧标准|原来的|原先的|原办法|原标准|以前的|之前的|此前的|过去的|修订前|修改前|废止前|上一版)"
)
_ELIGIBLE = re.compile(
    r"(能不能|能否|可不可以|可以|能|是否|有没有资格|符不符合|够不够|算不算)[^。？]{0,16}(申报|申请|享受|报|评|认定|拿(?!给|去|走|出|着|来)|符合|达到|参评|参加|入选|补|贴)|(符合|够|达到)[^。？]{0,8}(条件|标准|资格|要求)(吗|么|不)|能报吗|能评吗|能拿(?!给|去|走|出|着|来)|够格|有资格|够吗|行吗|评得上|评上"
)
# 几天内可以申请复检 asks how long, not whether; the firm's own figures make it a question of whether.
_ASKS_MORE = re.compile(
    r"几天|几日|几年|几个月|多久|多长时间|多少|什么时候|何时|哪天|怎么|如何|向谁|找谁|去哪|哪个部门|由谁"
)
_SELF = re.compile(r"我们|我公司|我司|我厂|我企业|本公司|咱们|我的|我是|我想")
_LIBRARY = re.compile(
    r"(文库|资料库|知识库|库里|你这里)[^。？]{0,6}(有(哪些|什么|多少)|收录|包含|覆盖)|(有哪些|收录了?哪些|收录了?多少)[^。？]{0,6}(文件|文档|政策文件|资料)(?:$|[？?])"
)
_FIGURES = re.compile(r"\d|[一二三四五六七八九十]+[万亿]")
_FACTS = re.compile(rf"{_FIGURES.pattern}|高新技术企业|高企|专精特新|小巨人|单项冠军|规上|科技型")


OWN_WORDS = 2.5  # what a follow-up itself says weighs more than what it leans on


def understand(state: State, library: Library, today: date) -> State:
    """The plan of a turn; ends the run where nothing is asked that could be looked up."""
    ctx: Ctx = state["ctx"]
    snapshot = library.catalog.snapshot()
    whole = make_whole(state["question"], state.get("history", []))
    question = full_years(whole.question)
    lang = "zh" if re.search(r"[\u3400-\u9fff]", question) else "en"
    stated = stated_day(question, today)
    intent = _intent(question)
    if stated is None and intent == "validity":
        stated = named_day(question, today)
    as_of = ctx.as_of or (stated.day if stated else today)
    visible = {key for key, record in snapshot.records.items() if record.visibility in ctx.role.visibilities}
    named, unknown = _named_documents(question, snapshot, visible)
    if not named and whole.titles:
        named, _ = _named_documents("".join(f"《{title}》" for title in whole.titles), snapshot, visible)
    asked = question.replace(stated.words, " ") if stated else question
    parts = state.get("parts", ALL_PARTS)
    words = terms(_without_names(asked), library.doc_freq, library.unit_count, parts.thesaurus)
    if whole.follow_up:
        words = emphasised(words, tokens(content(state["question"])), OWN_WORDS)
    plan = Understanding(
        question=question,
        intent=intent,
        as_of=as_of,
        as_of_stated=bool(stated or ctx.as_of),
        lang="zh" if lang == "zh" else "en",
        terms=words,
        query=f"{content_query(asked)} {expansion(asked) if parts.thesaurus else ''}".strip(),
        wants=frozenset() if intent == "eligibility" else wants(question),
        wants_unit=_wants_unit(question),
        attributes=_attributes(question),
        doc_ids=tuple(named),
        unknown_titles=tuple(unknown),
        articles=_articles(question),
        regions=_regions(question),
        years=tuple(_YEAR.findall(without_names(asked))),
        periods=() if stated or _YES_NO.search(question) else _periods(_without_names(asked)),
        focus=focus(asked),
        measured=_measured(asked),
        follow_up=whole.follow_up,
        old_wanted=bool(_OLD.search(question)),
        has_facts=bool(_FACTS.search(normalise(state["question"]))),
        parts=parts,
    )
    if (
        lang == "zh"
        and not words
        and not plan.articles
        and not named
        and not unknown
        and plan.intent != "library"
    ):
        return {"plan": plan, "halt": Draft("clarify", [Statement(msg("answer.what_about"))])}
    return {"plan": plan}


def content_query(question: str) -> str:
    """What is searched: the question as asked, for the embedding lives on whole sentences."""
    return re.sub(r"\s+", " ", question).strip()[:600]


def _intent(question: str) -> Intent:
    text = normalise(question)
    if _LIBRARY.search(text):
        return "library"
    if _COMPARE.search(text):
        return "compare"
    if _VALIDITY.search(text):
        return "validity"
    if _ARTICLE.search(text):
        return "clause"
    if (
        _ELIGIBLE.search(text)
        and _SELF.search(question)
        and not (_ASKS_MORE.search(text) and not _FIGURES.search(text))
    ):
        return "eligibility"
    return "fact"


def _wants_unit(question: str) -> str | None:
    """The measure word of 多少家, 几分; None for 个, which stands for any."""
    match = re.search(r"(?:多少|几)(家|户|人|名|台|批|辆|分|条|项(?!目))", question)
    return match.group(1) if match else None


def _attributes(question: str) -> tuple[str, ...]:
    """The attributes named in the part of the question that asks, not in what leads up to it."""
    parts = [part for part in re.split(r"[，,。；;：:！!？?]", normalise(question)) if part.strip()]
    asking = [part for part in parts if asks(part)] + parts[-1:]
    return tuple(name for name in lexicon()["attributes"] if any(re.search(name, part) for part in asking))


_MEASURED = re.compile(
    r"(?P<noun>[\u4e00-\u9fff]{1,12}?[量率额值速费价幅积分])(?:大概|一共|总共|累计|同比|当月)?(?:[要得需须]?(?:是|有|为|达到?|共|到|够))?多少"
    r"(?!钱|万|亿|元|个|家|人|户|项|天|年|月|日|分|批|次|台|条|公里|平方|斤|吨|倍)"
)


# What is counted, where its name follows: 有多少员工. Money and time are kinds of figures (`wants`).
_COUNTED = re.compile(
    r"多少(?:名|个|位|家|种|台|套|件|项)?(?!钱|万|亿|元|天|年|月|日|资金|补贴|补助|奖励|利息|罚款|税|费|投资|时间|工作日|比例|才|算|以上|以内|以下|呢|的|[家个名位种台套件项条户批分])"
    r"(?P<noun>[\u4e00-\u9fff]{2,4})(?=$|[？?，。,])"
)


def _measured(question: str) -> str:
    """The quantity asked for: 用电量 of 南通9月用电量多少; "" where the question names none."""
    text = normalise(question)
    if found := _MEASURED.search(text):
        return str(found["noun"][-2:])
    counted = _COUNTED.search(text)
    return counted["noun"] if counted else ""


def _articles(question: str) -> tuple[ArticleRef, ...]:
    found = []
    for match in _ARTICLE.finditer(question):
        article, paragraph, item = (chinese_to_int(group) if group else None for group in match.groups())
        if article:
            found.append(ArticleRef(article, paragraph, item))
    return tuple(dict.fromkeys(found))


def _regions(question: str) -> tuple[str, ...]:
    return tuple(name for name in (*CITIES, *PROVINCES) if name in question)


# Whether a firm with these facts qualifies: its dates are its own, no period of figures.
_YES_NO = re.compile(
    r"(行不行|能不能|可不可以|可以|能否|是否|够不够|算不算|合不合|要不要|来得及|能[^，。]{0,6}吗|行吗)"
)
_PERIOD = re.compile(
    r"(?:(?P<year>(?:19|20)\d{2})年)?(?P<part>\d{1,2}月|上半年|下半年|[一二三四1-4]季度)(?!\d*[日号])"
)


# A year of the question's matter, not of the firm's own history: 2023年成立, 2024年评上.
_YEAR = re.compile(
    r"((?:19|20)\d{2})(?=\s*年)(?!\s*年[^，。？]{0,6}(?:成立|注册|创办|设立|取得|获|评上|通过|拿|上市|开业|入库))"
)


def _periods(question: str) -> tuple[str, ...]:
    """2025年7月 -> 2025年, 7月: the parts that evidence for a figure of that period must name."""
    found: list[str] = []
    for match in _PERIOD.finditer(re.sub(r"\s", "", normalise(question))):
        if match["year"]:
            found.append(match["year"])
        found.append(match["part"])
    return tuple(dict.fromkeys(found))


def _without_names(question: str) -> str:
    """The question without what names a document or article: those are looked up, not matched."""
    return _ARTICLE.sub(" ", without_names(question))


def _named_documents(question: str, snapshot: Snapshot, visible: set[str]) -> tuple[list[str], list[str]]:
    """(doc_ids of the documents that the question names, names of those that are not there)."""
    found: list[str] = []
    unknown: list[str] = []
    records = [snapshot.records[key] for key in visible]
    for number in [*DOC_NUMBER.finditer(question), *PLAIN_NUMBER.finditer(question)]:
        written = re.sub(r"^(?:按照?|根据|依据|依照|请问|关于|在|和|与|以及|对|原)+", "", number.group())
        hits = [r.doc_id for r in records if r.doc_number and same_doc_number(r.doc_number, written)]
        cited = [] if hits else [r.doc_id for r in records if r.source and same_doc_number(r.source, written)]
        found += hits or cited
        if not hits and not cited and number.re is DOC_NUMBER:
            unknown.append(written)
    for short in _SHORT_NUMBER.finditer(question):
        tail = re.compile(rf"〔?\d{{4}}[〕\]年)）]第?0*{short.group(1)}号")
        found += [r.doc_id for r in records if r.doc_number and tail.search(r.doc_number)]
    for title in re.findall(r"《([^》]+)》", question):
        key = title_key(title)
        hits = [r.doc_id for r in records if key in title_keys(r.title)]
        if not hits and len(key) >= 4:
            hits = [r.doc_id for r in records if key in title_key(r.title)]
        found += hits
        if not hits:
            unknown.append(f"《{title}》")
    if not found:
        found += _by_plain_name(question, snapshot, visible)
    if not found and (statute := _STATUTE.search(question)):
        unknown.append(f"《{statute['name']}》")
    return list(dict.fromkeys(found)), unknown


def _by_plain_name(question: str, snapshot: Snapshot, visible: set[str]) -> list[str]:
    """Documents named without book marks: 民营经济促进法第六十八条, 专利法里."""
    hits: list[tuple[int, str]] = []
    text = normalise(question)
    for doc_id in visible:
        key = title_key(snapshot.records[doc_id].title).lower()
        if (
            3 <= len(key) <= 40
            and re.search(r"(法|条例|办法|规定|细则|意见|措施|方案|计划|规划|标准|指南)$", key)
            and key in text
        ):
            hits.append((len(key), doc_id))
    longest = {doc_id for size, doc_id in hits if size >= 3}
    return [doc_id for _, doc_id in sorted(hits, reverse=True) if doc_id in longest]
