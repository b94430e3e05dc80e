"""ZIP archives: members as files, names in GBK, nesting, limits, what would lead out."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
from pathlib import Path

import pytest

from corpus.errors import ReadError
from corpus.readers import read
from corpus.readers.archive import MAX_MEMBERS, is_archive, kept_unpacked, unpack
from tests.corpus.readers.ofd_making import ofd, page, text

TEXT = "为了规范管理，制定本办法。"


def _zip(members: dict[str, bytes], gbk: bool = False) -> bytes:
    """An archive; with `gbk` its names are written as Windows does in China, without the UTF-8 flag."""
    buffer = io.BytesIO()
    names: dict[bytes, bytes] = {}
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, (name, data) in enumerate(members.items()):
            stand_in = name
            if gbk:
                raw = name.encode("gbk")
                stand_in = str(number).rjust(len(raw), "x")
                names[stand_in.encode()] = raw
            archive.writestr(stand_in, data)
    written = buffer.getvalue()
    for stand_in_bytes, raw in names.items():
        written = written.replace(stand_in_bytes, raw)
    return written


def _unpack(tmp_path: Path, data: bytes):
    path = tmp_path / "通知.zip"
    path.write_bytes(data)
    assert is_archive(path)
    return path, unpack(path, tmp_path / "into")


@pytest.mark.parametrize("gbk", [False, True])
def test_members_are_files_with_their_names_inside(tmp_path, gbk):
    members = {"关于印发办法的通知.txt": TEXT.encode(), "附件/附件1.ofd": ofd(page(text(15, 40, TEXT)))}
    path, unpacked = _unpack(tmp_path, _zip(members, gbk))
    assert [member.name for member in unpacked.members] == list(members) and not unpacked.refused
    assert [member.shown for member in unpacked.members] == [path / name for name in members]
    for member in unpacked.members:
        assert member.file.is_relative_to(tmp_path / "into")
        assert [block.text for block in read(member.file).blocks] == [TEXT]


def test_utf8_names_without_the_flag(tmp_path):
    data = _zip({"xxxxxxxxxxxx.txt": TEXT.encode()}).replace(b"xxxxxxxxxxxx", "通知附件".encode())
    _, unpacked = _unpack(tmp_path, data)
    assert [member.name for member in unpacked.members] == ["通知附件.txt"]


def test_an_archive_inside_is_unpacked_and_one_inside_that_is_refused(tmp_path):
    innermost = _zip({"c.txt": TEXT.encode()})
    inner = _zip({"b.txt": TEXT.encode(), "三层.zip": innermost})
    path, unpacked = _unpack(tmp_path, _zip({"a.txt": TEXT.encode(), "内/二层.zip": inner}))
    assert [member.name for member in unpacked.members] == ["a.txt", "内/二层.zip/b.txt"]
    assert unpacked.members[1].shown == path / "内/二层.zip/b.txt"
    assert [(refused.name, refused.error.key) for refused in unpacked.refused] == [
        ("内/二层.zip/三层.zip", "formats.archive_nested")
    ]


def test_what_leads_out_is_refused_and_nothing_is_written_there(tmp_path):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in ("../escaped.txt", "/tmp/zhixun-escaped.txt", "a/../../b.txt", "C:/c.txt"):
            archive.writestr(zipfile.ZipInfo(name), TEXT)
        link = zipfile.ZipInfo("link.txt")
        link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr("好的.txt", TEXT)
    path, unpacked = _unpack(tmp_path, buffer.getvalue())
    assert [member.name for member in unpacked.members] == ["好的.txt"]
    assert {refused.error.key for refused in unpacked.refused} == {"formats.member_path"}
    assert len(unpacked.refused) == 5
    assert all(refused.shown.is_relative_to(path) for refused in unpacked.refused)
    assert {entry.name for entry in tmp_path.iterdir()} == {"通知.zip", "into"}
    assert not Path("/tmp/zhixun-escaped.txt").exists()


def test_encrypted_unsupported_hidden_and_damaged_members(tmp_path):
    members = {"密.txt": TEXT.encode(), "影片.mp4": b"x", "__MACOSX/a.txt": b"x", "~$稿.docx": b"x"}
    data = bytearray(_zip({**members, "坏.txt": b"y" * 5000}))
    local, central = data.index(b"PK\x03\x04"), data.index(b"PK\x01\x02")
    data[local + 6] |= 1
    data[central + 8] |= 1
    damaged = data.index("坏.txt".encode()) + len("坏.txt".encode())
    data[damaged : damaged + 4] = b"\xff\xff\xff\xff"
    _, unpacked = _unpack(tmp_path, bytes(data))
    assert not unpacked.members
    assert {refused.name: refused.error.key for refused in unpacked.refused} == {
        "密.txt": "formats.member_encrypted",
        "影片.mp4": "reader.unsupported",
        "坏.txt": "formats.member_damaged",
    }
    for refused in unpacked.refused:
        assert refused.name in refused.error.message("zh") and "{" not in refused.error.message("en")


def test_limits_of_size_ratio_and_count(tmp_path):
    _, unpacked = _unpack(tmp_path, _zip({"炸弹.txt": b" " * (30 * 1024 * 1024), "好.txt": TEXT.encode()}))
    assert [member.name for member in unpacked.members] == ["好.txt"]
    assert [refused.error.key for refused in unpacked.refused] == ["reader.zip_bomb"]
    many = _zip({f"{number}.txt": b"a" for number in range(MAX_MEMBERS + 2)})
    (tmp_path / "b.zip").write_bytes(many)
    unpacked = unpack(tmp_path / "b.zip", tmp_path / "many")
    assert len(unpacked.members) == MAX_MEMBERS
    assert [refused.error.key for refused in unpacked.refused] == ["formats.archive_count"] * 2


def test_same_and_overlong_names_do_not_overwrite(tmp_path):
    long = "长" * 80 + ".txt"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.txt", "一")
        with pytest.warns(UserWarning):
            archive.writestr("a.txt", "二")
        archive.writestr(long, "三")
    _, unpacked = _unpack(tmp_path, buffer.getvalue())
    assert [member.file.read_text("utf-8") for member in unpacked.members] == ["一", "二", "三"]
    assert unpacked.members[2].name == long and unpacked.members[2].file.suffix == ".txt"


def test_what_is_no_archive_and_what_is_damaged_or_empty(tmp_path):
    document = tmp_path / "a.zip"
    document.write_bytes(ofd(page(text(15, 40, TEXT))))
    assert not is_archive(document)  # a document under a wrong name, read as such
    assert read(document).format == "ofd"
    (tmp_path / "b.txt").write_text(TEXT, "utf-8")
    assert not is_archive(tmp_path / "b.txt") and not is_archive(tmp_path / "none.zip")
    for data, key in (
        (_zip({}), "formats.archive_empty"),
        (_zip({"a.txt": b"x"})[:40], "formats.archive_damaged"),
    ):
        path = tmp_path / "c.zip"
        path.write_bytes(data)
        assert is_archive(path)
        with pytest.raises(ReadError) as caught:
            unpack(path, tmp_path / "into")
        assert caught.value.key == key
    with pytest.raises(ReadError) as caught:
        read(path)
    assert caught.value.key == "formats.archive_damaged"


def test_the_kept_folder_follows_its_archive(tmp_path):
    path, root = tmp_path / "通知.zip", tmp_path / "unpacked"
    path.write_bytes(_zip({"a.txt": b"one", "b/b.txt": b"two"}))
    first = [member.file for member in kept_unpacked(path, root).members]
    assert [file.read_bytes() for file in first] == [b"one", b"two"]
    assert first[0].parent.name == "通知.zip" and first[0].is_relative_to(root)
    path.write_bytes(_zip({"a.txt": b"changed"}))
    second = [member.file for member in kept_unpacked(path, root).members]
    assert second == first[:1] and second[0].read_bytes() == b"changed" and not first[1].exists()
    path.write_bytes(b"PK\x03\x04 broken")
    with pytest.raises(ReadError):
        kept_unpacked(path, root)
    assert second[0].read_bytes() == b"changed"
    other = tmp_path / "x" / "通知.zip"
    other.parent.mkdir()
    other.write_bytes(_zip({"a.txt": b"other"}))
    assert kept_unpacked(other, root).members[0].file != second[0]
    assert len(list(root.iterdir())) == 2


def _with_directory(entries: int, name: bytes = b"a.txt") -> bytes:
    """An archive of one small file whose list names it `entries` times."""
    sound = _zip({name.decode(): b"x"})
    at = sound.index(b"PK\x01\x02")
    end = sound.index(b"PK\x05\x06")
    record = bytearray(sound[end:])
    length = (end - at) * entries
    struct.pack_into("<HHLL", record, 8, min(entries, 0xFFFF), min(entries, 0xFFFF), length, at)
    return sound[:at] + sound[at:end] * entries + bytes(record)


def test_a_list_of_endless_members_is_not_read(tmp_path):
    """zipfile makes an object of each entry: half a million would be 300 MB in the process that ingests."""
    path = tmp_path / "名单.zip"
    path.write_bytes(_with_directory(500_000))
    assert is_archive(path)
    with pytest.raises(ReadError) as caught:
        unpack(path, tmp_path / "into")
    assert caught.value.key == "formats.archive_count"
    outer = tmp_path / "外.zip"
    outer.write_bytes(_zip({"内.zip": _with_directory(500_000), "好.txt": TEXT.encode()}))
    unpacked = unpack(outer, tmp_path / "outer")
    assert [member.name for member in unpacked.members] == ["好.txt"]
    assert [refused.name for refused in unpacked.refused] == ["内.zip"]
    path.write_bytes(_with_directory(3))
    assert len(unpack(path, tmp_path / "few").members) == 3
