"""Small files of other programs, for tests of reading: Word documents and PDFs."""

import io
import zipfile
from collections.abc import Mapping, Sequence

_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_CONTENT_TYPE = (
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
)
_TYPES = (
    f'<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/word/document.xml" ContentType="{_CONTENT_TYPE}"/></Types>'
)
_RELATIONS = (
    f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r1" '
    f'Type="{_OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>'
)


def make_word(body: str, parts: Mapping[str, str] | None = None, prolog: str = "") -> bytes:
    """A Word document whose body has this WordprocessingML; `parts` are further files of it."""
    document = f'{prolog}<w:document xmlns:w="{_WORD}"><w:body>{body}</w:body></w:document>'
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", _TYPES)
        archive.writestr("_rels/.rels", _RELATIONS)
        archive.writestr("word/document.xml", document)
        for name, content in (parts or {}).items():
            archive.writestr(name, content)
    return buffer.getvalue()


def word_paragraph(words: str, style: str | None = None, *, is_bold: bool = False) -> str:
    """A paragraph of WordprocessingML."""
    properties = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    bold = "<w:rPr><w:b/></w:rPr>" if is_bold else ""
    return f"<w:p>{properties}<w:r>{bold}<w:t>{words}</w:t></w:r></w:p>"


def word_table(rows: Sequence[Sequence[str]]) -> str:
    """A table of WordprocessingML, with its first row in bold."""
    xml = ""
    for number, row in enumerate(rows):
        cells = ""
        for words in row:
            cells += f"<w:tc>{word_paragraph(words, is_bold=number == 0)}</w:tc>"
        xml += f"<w:tr>{cells}</w:tr>"
    return f"<w:tbl>{xml}</w:tbl>"


class PdfPage:
    """The content of a page of 595 by 842 points; places are measured from its upper left."""

    def __init__(self) -> None:
        self._operators: list[str] = []

    def write(
        self, x: float, y: float, words: str, *, size: float = 10, is_bold: bool = False
    ) -> "PdfPage":
        """Write words with their base line at a place, in Helvetica."""
        escaped = words.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
        font = "F2" if is_bold else "F1"
        self._operators.append(f"BT /{font} {size} Tf {x} {842 - y} Td ({escaped}) Tj ET")
        return self

    def rule(self, x0: float, y0: float, x1: float, y1: float) -> "PdfPage":
        """Draw a line."""
        self._operators.append(f"{x0} {842 - y0} m {x1} {842 - y1} l S")
        return self

    @property
    def content(self) -> bytes:
        return "\n".join(self._operators).encode("cp1252")


def make_pdf(pages: Sequence[PdfPage]) -> bytes:
    """A PDF of these pages (ISO 32000-1)."""
    kids = " ".join(f"{5 + 2 * number} 0 R" for number in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R /Lang (en-GB) >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        _font("Helvetica"),
        _font("Helvetica-Bold"),
    ]
    for number, page in enumerate(pages):
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R "
            b"/Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> >>" % (6 + 2 * number)
        )
        stream = page.content
        objects.append(
            b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        )
    content = b"%PDF-1.4\n"
    offsets = []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(content)
    content += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    for offset in offsets:
        content += b"%010d 00000 n \n" % offset
    content += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        start,
    )
    return content


def _font(name: str) -> bytes:
    return (
        f"<< /Type /Font /Subtype /Type1 /BaseFont /{name} /Encoding /WinAnsiEncoding >>"
    ).encode()
