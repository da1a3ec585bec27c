"""Opens the files of an import, after a look at their size and their encoding.

Spreadsheet programs write CSV in UTF-8, in UTF-16 or, in China, in GB18030. What is none of these
is refused: guessed letters would be read out to residents.
"""

from __future__ import annotations

import codecs
import zipfile
import zlib
from contextlib import contextmanager
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Final, TextIO

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from openpyxl.worksheet.worksheet import Worksheet

MB: Final = 1024 * 1024
LARGEST: Final = {".csv": 512 * MB, ".json": 128 * MB, ".xlsx": 50 * MB}
"By the file's kind: a city's tables are smaller; JSON and workbooks are read whole."
UNPACKED: Final = 400 * MB
RATIO: Final = 250
"A workbook that unpacks to more, or to so many times its size, is a trap; real ones reach 20."
BROKEN: Final = (zipfile.BadZipFile, zlib.error, EOFError, KeyError, ValueError, SyntaxError)
"What a damaged workbook raises: its archive, its packed bytes, its parts, its XML."
CHUNK: Final = MB
LIKELY: Final = 0.9
"Share of the characters above ASCII that must be everyday Chinese for a text to be GB18030."


class UnreadableError(Exception):
    """A file that cannot be taken: what is wrong with it, what to do, and on which line."""

    def __init__(self, text: str, remedy: str, line: int | None = None) -> None:
        super().__init__(text)
        self.text, self.remedy, self.line = text, remedy, line


@contextmanager
def opened(path: Path) -> Iterator[TextIO]:
    """A text file in whatever encoding it is, line ends untouched. Raises `UnreadableError`."""
    try:
        _measure(path)
        with path.open(encoding=encoding_of(path), newline="") as file:
            yield file
    except OSError as error:
        raise UnreadableError(f"cannot be read ({error.strerror})", "check its rights") from error


def _measure(path: Path) -> None:
    largest = LARGEST[path.suffix.lower()]
    size = path.stat().st_size
    if size > largest:
        raise UnreadableError(
            f"{size // MB} MB are more than the {largest // MB} MB that are taken at once",
            "import it in parts",
        )


def encoding_of(path: Path) -> str:
    """The encoding a text file is written in. Raises `UnreadableError`."""
    with path.open("rb") as file:
        head = file.read(CHUNK)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _checked(path, "utf-16")
    if b"\0" in head[:1000] and not head.startswith(codecs.BOM_UTF8):
        raise UnreadableError("this is no text", "save it as “CSV UTF-8”")
    try:
        return _checked(path, "utf-8-sig")
    except UnreadableError as wrong:
        try:
            return _checked(path, "gb18030")
        except UnreadableError:
            raise wrong from None


def _checked(path: Path, encoding: str) -> str:
    """The encoding again, if the whole file is written in it."""
    decoder = codecs.getincrementaldecoder(encoding)()
    line = 1
    with path.open("rb") as file:
        while True:
            chunk = file.read(CHUNK)
            try:
                text = decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                line += error.object[: error.start].count(b"\n")
                raise UnreadableError(
                    "written neither in UTF-8 nor in GB18030", "save it as “CSV UTF-8”", line
                ) from error
            if encoding == "gb18030" and not _is_chinese(text):
                raise UnreadableError(
                    "written neither in UTF-8 nor in GB18030", "save it as “CSV UTF-8”", line
                )
            line += text.count("\n")
            if not chunk:
                return encoding


def _is_chinese(text: str) -> bool:
    """Whether what is not ASCII is what GB2312 has: everyday characters and Chinese signs."""
    above = [letter for letter in text if not letter.isascii()]
    plain = sum(len(letter.encode("gb2312", "ignore")) > 0 for letter in above)
    return plain >= LIKELY * len(above)


def sheets(path: Path) -> Iterator[tuple[str, Iterator[list[str]]]]:
    """The sheets of a workbook by name, each with its rows of cells. Raises `UnreadableError`."""
    from openpyxl import load_workbook  # noqa: PLC0415 - 0.2 s that few imports need

    try:
        _measure(path)
        _no_trap(path)
        book = load_workbook(path, read_only=True, data_only=True, keep_links=False)
    except OSError as error:
        raise UnreadableError(f"cannot be read ({error.strerror})", "check its rights") from error
    except BROKEN as error:
        raise UnreadableError("this is no workbook", "save it as .xlsx or as CSV") from error
    try:
        for sheet in book.worksheets:
            yield sheet.title, _rows(sheet)
    finally:
        book.close()


def _rows(sheet: Worksheet) -> Iterator[list[str]]:
    """The rows of a sheet, unpacked one by one. Raises `UnreadableError` at a damaged one."""
    try:
        for row in sheet.iter_rows(values_only=True):
            yield [_cell(value) for value in row]
    except BROKEN as error:
        raise UnreadableError(
            "this workbook is damaged", "open it, save it anew or as CSV"
        ) from error


def _no_trap(path: Path) -> None:
    """Refuse a workbook that would fill the memory, before anything of it is unpacked."""
    with zipfile.ZipFile(path) as archive:
        parts = archive.infolist()
    whole = sum(part.file_size for part in parts)
    packed = max(1, sum(part.compress_size for part in parts))
    if whole > UNPACKED or (whole > MB and whole > RATIO * packed):
        raise UnreadableError(
            f"it unpacks to {whole // MB} MB, {whole // packed} times its size",
            "save the sheet as CSV",
        )


def _cell(value: object) -> str:
    """A cell as the spreadsheet shows it."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        whole_day = value.time() == time(0)
        return value.date().isoformat() if whole_day else value.isoformat(" ", "minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.isoformat("minutes")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
