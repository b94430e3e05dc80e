"""What a document says of itself: core properties, and the label of generated content.

生成合成内容标识办法 (in force since 2025-09-01) asks for a label that people see, which stands under the
title, and for one in the file's own data, which is written here as the property AIGC.
"""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from xml.sax.saxutils import escape

from docx.document import Document
from docx.opc.packuri import PackURI
from docx.opc.part import Part

from agent.briefing.model import Briefing
from corpus.messages import msg

_TYPE = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/custom-properties"
_FORMAT = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"


def label_package(document: Document, briefing: Briefing) -> None:
    """Core properties and the property AIGC."""
    core = document.core_properties
    core.title, core.subject = briefing.title, briefing.topic
    core.author = briefing.issuer or msg("briefing.producer")
    core.keywords = "；".join(part for part in (briefing.kind, briefing.region, briefing.period) if part)
    core.comments = msg("briefing.made_by", day=briefing.as_of)
    core.last_modified_by = msg("briefing.producer")
    core.created = core.modified = datetime.combine(briefing.day, datetime.min.time())
    core.revision = 1
    told = {
        "Label": "1",  # generated
        "ContentProducer": msg("briefing.producer", "zh"),
        "ProduceID": hashlib.sha256(repr(briefing.sections).encode()).hexdigest()[:32],
    }
    value = escape(json.dumps(told, ensure_ascii=False))
    blob = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties" '
        'xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes">'
        f'<property fmtid="{_FORMAT}" pid="2" name="AIGC"><vt:lpwstr>{value}</vt:lpwstr></property>'
        "</Properties>"
    ).encode()
    package = document.part.package
    assert package is not None
    package.relate_to(Part(PackURI("/docProps/custom.xml"), _TYPE, blob, package), _RELATION)
