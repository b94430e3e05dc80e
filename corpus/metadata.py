"""Title, 发文字号, issuer, dates, level, region, 文种, subject: read from the text, each with its place.

Order of trust: what the visible text states at the place where such documents state it; then what
the file declares in a machine-readable place; then the file's name. A value that nothing states
is None.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from corpus.bodies import BODIES, BODY, signers, split_bodies
from corpus.confidence import AGREED
from corpus.dates import DATE_IN_NAME, find_dates, from_match, month_of, parse_date
from corpus.effects import read_relations
from corpus.explains import explained, is_explanation
from corpus.head import LABELS, RED_HEAD, SAMPLE_MARK, is_number_line, label_of
from corpus.markers import DIVISION, article_number, section_marker
from corpus.model import SHEETS, RawDocument, Relation
from corpus.numbering import read_number
from corpus.own_number import number_over_lines, own_numbers
from corpus.particulars import application_window, attachments_of, audience_of
from corpus.places import LEVELS, level_and_region
from corpus.secrecy import declared_visibility
from corpus.standards import read_cover
from corpus.subjects import SUBJECTS, subject_of
from corpus.titles import clean_title, genre_of, title_of_heading, title_of_lines
from corpus.validity import Terms, read_terms, resolve

_HEAD_LINES, _MOST_SIGNERS = 30, 20  # lines from the top; signing bodies above the date
_DECLARED = {
    "doc_number": ("doc_number", "发文字号", "文号", "number"),
    "issuer": ("issuer", "发文机关", "发布机构", "发布机关"),
    "issued_on": ("issued_on", "成文日期"),
    "published_on": ("published_on", "pubdate", "发布日期", "公布日期", "发布时间"),
    "effective_from": ("effective_from", "施行日期", "实施日期", "生效日期"),
    "effective_to": ("effective_to", "失效日期", "废止日期"),
    "level": ("level",),
    "region": ("region",),
    "genre": ("genre",),
    "subject": ("subject",),
    "sample": ("sample",),
    "source": ("source",),
}
_SOURCES = ("contentsource", "author_org", "来源")  # often the office that put the page up
_TITLE_KEYS = ("title", "articletitle", "标题", "名称")
_DATES = ("issued_on", "published_on", "effective_from", "effective_to")
_ADOPTED = re.compile(r"(通过|修订|修正|公布|发布|颁布|施行)")
_FROM_TITLE = re.compile(rf"^(?P<organs>{BODY}(?:[\s、]*{BODY})*)\s*(?:关于|印发|转发|公告|通告|令)")
# 江苏省第十三届人民代表大会常务委员会 made it (its session left out), not what approves it (批准)
_LOCAL_CONGRESS = re.compile(
    r"(?<=日)([\u4e00-\u9fff]{2,8}?(?:省|市|自治区|自治州))第[一二三四五六七八九十]{1,4}届(人民代表大会(?:常务委员会)?)"
    r"(?!常务|第[一二三四五六七八九十]{1,4}次会议批准)"
)
# 徐州市人民政府专题会议纪要 over the number and the title of minutes
_MINUTES = re.compile(
    r"(?P<organ>[\u4e00-\u9fff]{2,16}?(?:人民政府|委员会|管委会|厅|局))[\u4e00-\u9fff]{0,6}会议纪要"
)
_PRINTED = re.compile(r"(?P<date>\d{4}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日)\s*印发$")
_APPLIES = re.compile(r"申报|申请|推荐|征集|遴选|报名|认定|评选|复核")
_DRAFT = re.compile(r"征求意见稿|公开征求|征求.{0,30}意见|（草案|送审稿")


@dataclass(slots=True)
class Metadata:
    """Field values with the place each was read from (`basis`)."""

    values: dict[str, Any] = field(default_factory=dict)
    basis: dict[str, str] = field(default_factory=dict)

    def put(self, name: str, value: Any, where: str) -> None:
        """Keeps the first value found: callers go from the most to the least trusted place.

        A second place that says the same is noted (`basis["agreed"]`): it makes the value surer.
        """
        if value and name not in self.values:
            self.values[name] = value
            self.basis[name] = where
        elif value and self.values[name] == value and self.basis.get(name, where) != where:
            agreed = self.basis.get(AGREED, "").split()
            self.basis[AGREED] = " ".join(dict.fromkeys([*agreed, name]))

    def month(self, first: date, where: str) -> None:
        """A date of issue of which only the month is stated: it stays without a day.

        `basis["issued_month"]` keeps it as YYYY-MM, for what takes effect in that month.
        """
        if "issued_on" not in self.values:
            self.basis.setdefault("issued_month", f"{first:%Y-%m}")
            self.basis.setdefault("issued_on", f"{where} (月)")

    def get(self, name: str) -> Any:
        return self.values.get(name)


def read_metadata(raw: RawDocument, text: str) -> Metadata:
    """All metadata of a document; `values` has the names of `Version`'s fields, plus `relations`."""
    meta = Metadata()
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    head = lines[:_HEAD_LINES]
    _labelled(meta, head)
    _cover(meta, head)
    _title(meta, raw, head)
    meta.put("genre", genre_of(meta.get("title") or ""), "title")
    _declared(meta, raw)
    _number(meta, head, raw)
    _signature(meta, lines)
    _adoption(meta, head)
    _dated_below_title(meta, head)
    _life(meta, text, raw)
    _issuer(meta, head)
    _source_line(meta, raw, head)
    _sample(meta, raw, head)
    if stated := declared_visibility(raw.declared, lines):
        meta.put("visibility", *stated)
    _place(meta)
    meta.put("subject", subject_of(meta.get("title") or "", text, meta.get("genre")), "words")
    meta.values["relations"] = _relations(meta.get("title") or "", text)
    _particulars(meta, lines, text)
    return meta


def _place(meta: Metadata) -> None:
    title, issuer = meta.get("title") or "", meta.get("issuer") or ""
    level, region = level_and_region(title, issuer, meta.get("doc_number") or "")
    where = "issuer" if level_and_region("", issuer)[0] else "title"
    meta.put("level", level, where)
    meta.put("region", region, where)


def _particulars(meta: Metadata, lines: list[str], text: str) -> None:
    """Issuers one by one, 申报窗口, 适用对象 and attachments."""
    if issuer := meta.get("issuer"):
        meta.put("issuers", split_bodies(issuer), meta.basis["issuer"])
    meta.put("attachments", attachments_of(lines), "附件：")
    title = meta.get("title") or ""
    if is_explanation(title) or _DRAFT.search(title):
        return
    groups, where = audience_of(title, text)
    meta.put("audience", groups, where)
    if not _APPLIES.search(title) and meta.get("genre") not in ("通知", "公告", "指南"):
        return
    if window := application_window(text, meta.get("issued_on") or meta.get("published_on")):
        place = window.quote + (" (推定)" if window.inferred else "")
        meta.put("application_from", window.first, place)
        meta.put("application_to", window.last, place)


def _relations(title: str, text: str) -> tuple[Relation, ...]:
    """What the text does to others. One that explains another, or asks for opinions on a draft,
    repeals nothing by telling what the other will repeal."""
    if _DRAFT.search(title):
        return ()
    if is_explanation(title):
        relation = explained(title, text)
        return (relation,) if relation else ()
    return tuple(read_relations(text, title))


# Several labelled values on a line: 来源：某局 发布时间：2026-10-20
_PIECES = re.compile(r"[\u3000|]+|\s{2,}|；|\s(?=[\u4e00-\u9fff]{2,6}[:：])")


def _labelled(meta: Metadata, head: list[str]) -> None:
    """发文字号：… and the like in the first lines, as information boxes and digests have them."""
    for line in head:
        if section_marker(line) or article_number(line):
            continue
        whole = label_of(line)
        pieces = [line] if whole and whole[0] in LABELS["doc_number"] else _PIECES.split(line)
        for piece in pieces:
            label = label_of(piece)
            if label is None or len(piece) > 120:
                continue
            for name, labels in LABELS.items():
                if label[0] in labels:
                    _put_text(meta, name, label[1], f"{label[0]}：")


def _cover(meta: Metadata, head: list[str]) -> None:
    """Number, name, days and bodies of a standard, which stand on its cover."""
    if (cover := read_cover(head)) is not None:
        meta.put("title", cover.title, "first lines")
        meta.put("doc_number", cover.number, "own line")
        meta.put("published_on", cover.published_on, "own line")
        meta.put("effective_from", cover.effective_from, "own line")
        meta.put("issuer", "、".join(cover.bodies), "first lines")
        meta.put("genre", "标准", "first lines")


def _declared(meta: Metadata, raw: RawDocument) -> None:
    for name, keys in _DECLARED.items():
        for key in keys:
            if value := (raw.declared.get(key) or "").strip():
                _put_text(meta, name, value, f"declared {key}")


def _put_text(meta: Metadata, name: str, value: str, where: str) -> None:
    """A value as text, turned into what its field holds; what cannot be such a value is left."""
    if name in _DATES:
        meta.put(name, parse_date(value), where)
        if name == "issued_on" and (month := month_of(value)):
            meta.month(month, where)
    elif name == "doc_number":
        meta.put(name, read_number(value), where)
    elif _may_be(name, value):
        meta.put(name, "、".join(split_bodies(value)) if name == "issuer" else value, where)


def _may_be(name: str, value: str) -> bool:
    """Whether the value is one that the field can hold: anybody may write anything into a keyword."""
    if name == "issuer":
        return len(value) <= 80 and not re.search(r"[。；]|未查得|网|https?:|^[^\u4e00-\u9fff]*$", value)
    known = {"subject": SUBJECTS, "level": LEVELS}
    return name not in known or value in known[name]


def _title(meta: Metadata, raw: RawDocument, head: list[str]) -> None:
    """What a page or front matter declares; a heading of level 1; the first lines that end as titles do."""
    if raw.format == "html":
        meta.put("title", _below_page_name(raw, head), "first lines")
    if raw.format not in ("docx", "pdf"):  # word processors fill it with 文档1 or a template's title
        for key in _TITLE_KEYS if raw.format != "html" else _TITLE_KEYS[1:]:  # <title> names the site too
            meta.put("title", raw.declared.get(key, "").strip(), f"declared {key}")
    heading = title_of_heading(raw.blocks)
    meta.put("title", None if heading and BODIES.fullmatch(heading) else heading, "heading 1")
    if not meta.get("title"):
        meta.put("title", title_of_lines(head), "first lines")
    meta.put("title", raw.path.stem if raw.format in SHEETS else None, "file name")
    for block in raw.blocks[:12]:
        if block.kind == "heading" and not DIVISION.match(block.text) and not section_marker(block.text):
            meta.put("title", clean_title(block.text), "heading")
    meta.put("title", clean_title(raw.declared.get("title", "")), "declared title")
    for index in range(min(6, len(head))):  # an announcement without a title goes by its number
        meta.put("title", number_over_lines(head, index), "number")
    if head:
        first = next((line for line in head if len(line) >= 4 and not is_number_line(line)), head[0])
        meta.put("title", clean_title(first)[:80], "first line")
    meta.put("title", raw.path.stem, "file name")


_SHORT_NAME = 12


def _below_page_name(raw: RawDocument, head: list[str]) -> str | None:
    """The title in the first lines of a page whose own name is none (信息公开, 详情); None elsewhere."""
    name = raw.declared.get("articletitle", "").strip()
    if not name or len(name) > _SHORT_NAME or genre_of(name) or is_explanation(name):
        return None
    return title_of_lines([line for line in head if line != name])


def _number(meta: Metadata, head: list[str], raw: RawDocument) -> None:
    for number, where in own_numbers(head):
        meta.put("doc_number", number, where)
    meta.put("doc_number", read_number(raw.path.stem), "file name")


def _signature(meta: Metadata, lines: list[str]) -> None:
    """成文日期: a date alone on a line, at the end of the text or before its first attachment."""
    for index, line in enumerate(lines):
        bare = re.sub(r"[\s\u3000]", "", line)
        found = find_dates(bare)
        day = found[0][0] if found and found[0][1:] == (0, len(bare)) else None
        month = None if day else month_of(bare, whole=True)
        if index < 2 or (day is None and month is None):
            continue
        rest = lines[index + 1 : index + 3]
        if not (all(len(other) < 60 for other in rest) or any("附件" in other for other in rest)):
            continue
        organs = signers(lines[max(0, index - _MOST_SIGNERS) : index])
        meta.put("issued_on", day, "signature")
        if month and organs:
            meta.month(month, "signature")
        meta.put("issuer", "、".join(organs), "signature")
    for line in lines[-3:]:
        if printed := _PRINTED.search(line):
            meta.put("issued_on", find_dates(printed["date"])[0][0], "印发")


def _dated_below_title(meta: Metadata, head: list[str]) -> None:
    """（2025年4月16日）: the date alone in brackets, below a title."""
    for line in head[1:10]:
        bare = re.sub(r"[\s\u3000]", "", line)
        inside = re.fullmatch(r"[（(](.+)[）)]", bare)
        found = find_dates(inside.group(1)) if inside else []
        if inside and found and found[0][1:] == (0, len(inside.group(1))):
            meta.put("issued_on", found[0][0], "own line")


def _adoption(meta: Metadata, head: list[str]) -> None:
    """2017年9月1日第十二届…通过 / 修订 / 修正: the latest is when this wording was made."""
    latest: tuple[date, str] | None = None
    for line in head[:20]:
        if article_number(line):
            break
        found = find_dates(line)
        if found and _ADOPTED.search(line) and (line.lstrip("（(根据自")[:2].isdigit() or "根据" in line[:4]):
            for day, _, end in found:
                verb = _ADOPTED.search(line[end:])
                if verb and verb.group() != "施行" and (latest is None or day >= latest[0]):
                    latest = (day, line)
    if latest:
        meta.put("issued_on", latest[0], "preamble")
        meta.values.setdefault("_wording_of", latest[0])
        if re.search(r"全国人民代表大会常务委员会", latest[1]):
            meta.put("issuer", "全国人民代表大会常务委员会", "preamble")
        elif "全国人民代表大会" in latest[1]:
            meta.put("issuer", "全国人民代表大会", "preamble")
        elif "国务院" in latest[1]:
            meta.put("issuer", "国务院", "preamble")
        elif local := _LOCAL_CONGRESS.findall(latest[1]):
            meta.put("issuer", "".join(local[-1]), "preamble")


def _life(meta: Metadata, text: str, raw: RawDocument) -> None:
    """施行 and 有效期, from the text; the wording's own date and the file's name where it is silent."""
    title = meta.get("title") or ""
    own = not (is_explanation(title) or _DRAFT.search(title))  # else it tells of another's life
    terms = read_terms(text, _own_names(title)) if own else Terms()
    start, end = resolve(terms, meta.get("issued_on"), meta.get("published_on"))
    basis = terms.basis
    wording: date | None = meta.values.pop("_wording_of", None)
    named = next(iter(DATE_IN_NAME.finditer(raw.path.stem)), None)
    in_name = from_match(named) if named else None
    if start and wording and start < wording:
        # 修正 keeps the first 施行日期 in the closing clause; this wording cannot be older than itself.
        later = in_name if in_name and in_name >= wording else wording
        where = "file name" if later == in_name else "preamble: this wording was made on that day"
        meta.values.pop("effective_from", None)
        meta.put("effective_from", later, where)
    for name, stated in (("effective_from", start), ("effective_to", end)):
        meta.put(name, stated, basis.get(name, "text"))
        if stated and meta.get(name) == stated and name in basis:
            meta.basis[name] = basis[name]  # the sentence says more than that the file declares it
    meta.put("effective_from", in_name if not _is_series(meta) else None, "file name")
    meta.put("effective_from", wording, "preamble")
    if meta.basis.get("issued_month") is None:
        meta.put("issued_on", in_name, "file name")


def _own_names(title: str) -> set[str]:
    """The names by which a text speaks of itself: its title, and what it issues (关于印发《…》的通知)."""
    issued = re.search(r"(?:印发|发布|公布|颁布|转发)[^《]*《(.+)》", title)
    return {title, issued.group(1)} if issued else {title}


def _is_series(meta: Metadata) -> bool:
    return bool(re.search(r"(报|报告|公报|情况|简报|纪要|名单|公示)(?:[（(].*)?$", meta.get("title") or ""))


def _issuer(meta: Metadata, head: list[str]) -> None:
    title = meta.get("title") or ""
    if match := _FROM_TITLE.match(title):
        meta.put("issuer", "、".join(split_bodies(match["organs"])), "title")
    for line in head[:6]:
        if RED_HEAD.match(line):
            organs = re.sub(r"[\s\u3000]*文件$", "", line).strip()
            meta.put("issuer", re.sub(r"\s+", "、", _together(organs)), "red head")
        if minutes := _MINUTES.fullmatch(re.sub(r"\s", "", line)):
            meta.put("issuer", minutes["organ"], "red head")
    number = meta.get("doc_number") or ""
    if order := re.match(r"^([\u4e00-\u9fff、 ]{2,40}?)(?:令|公告|通告)", number):
        organ = order.group(1).strip().removeprefix("中华人民共和国")
        meta.put("issuer", re.sub(r"[\s、]+", "、", organ), "number")


def _source_line(meta: Metadata, raw: RawDocument, head: list[str]) -> None:
    """来源：…, on a page or in its tags: the issuer where nothing else names one."""
    for line in head:
        for piece in _PIECES.split(line):
            label = label_of(piece)
            if label and label[0] == "来源" and len(piece) <= 120:
                _put_text(meta, "issuer", label[1], "来源：")
    for key in _SOURCES:
        if value := (raw.declared.get(key) or "").strip():
            _put_text(meta, "issuer", value, f"declared {key}")


def _together(organs: str) -> str:
    """江 苏 省 人 民 政 府 without the spaces that only spread the letters."""
    words = organs.split()
    return "".join(words) if all(len(word) == 1 for word in words) else organs


def _sample(meta: Metadata, raw: RawDocument, head: list[str]) -> None:
    """The label of sample content, which must never be mistaken for an official text."""
    places = (
        ("declared", " ".join(raw.declared.values())),
        ("first lines", "\n".join(head[:8])),
        ("file name", raw.path.name),
    )
    for where, content in places:
        if found := SAMPLE_MARK.search(content):
            meta.put("sample", found.group(), where)
    if (value := meta.get("sample")) and not SAMPLE_MARK.search(value):
        del meta.values["sample"]
