"""Zip-based files whose bytes do not depend on when they were made."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from datetime import datetime
from io import BytesIO

STAMP = datetime(2026, 11, 22)
_ZIP_STAMP = (2026, 11, 22, 0, 0, 0)
_MODIFIED = re.compile(rb"(<dcterms:(?:modified|created)[^>]*>)[^<]*")


def packed(members: Mapping[str, bytes]) -> bytes:
    """An archive of these members, in their order."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            member = zipfile.ZipInfo(name, _ZIP_STAMP)
            member.compress_type = zipfile.ZIP_DEFLATED
            member.create_system = 3
            archive.writestr(member, content)
    return out.getvalue()


def same_bytes(content: bytes) -> bytes:
    """The same archive with a fixed time on every member and in its properties."""
    with zipfile.ZipFile(BytesIO(content)) as old:
        members = {info.filename: old.read(info.filename) for info in old.infolist()}
    core = "docProps/core.xml"
    if core in members:
        stamp = STAMP.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
        members[core] = _MODIFIED.sub(rb"\g<1>" + stamp, members[core])
    return packed(members)
