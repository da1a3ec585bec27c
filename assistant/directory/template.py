"""The empty table an office fills in: one row a service, with an example to write over."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Final

from assistant.core.errors import DataError
from assistant.directory.office import HEADINGS, TEMPLATE

if TYPE_CHECKING:
    from pathlib import Path

TITLES: Final = {"zh": "服务", "en": "Services"}
EXAMPLES: Final[dict[str, dict[str, str]]] = {
    "zh": {
        "name": "老年食堂",
        "alternate_name": "食堂；饭堂",
        "organization": "居委会",
        "description": "早中晚三餐，饭菜软和清淡。",
        "needs": "没人做饭；中午吃什么",
        "category": "吃饭和家务",
        "phone": "0571-88880101",
        "address": "桂花路18号一楼",
        "landmark": "菜市场对面",
        "transportation": "坐3路到桂花路站",
        "hours": "周一至周五 10:30-13:00 16:30-18:00（法定节假日除外）",
        "fees_description": "一餐十二元。",
        "documents": "老年卡",
        "eligibility_description": "六十岁以上的居民",
        "status": "正常",
        "assured_date": "2026-11-01",
    },
    "en": {
        "name": "Seniors' Canteen",
        "alternate_name": "canteen; dining room",
        "organization": "Residents' Committee",
        "description": "Three soft, light meals a day.",
        "needs": "nobody cooks for me; somewhere to have lunch",
        "category": "Meals and the home",
        "phone": "0571-88880101",
        "address": "18 Osmanthus Road, ground floor",
        "landmark": "opposite the market",
        "transportation": "bus 3 to Osmanthus Road",
        "hours": "Monday to Friday 10:30-13:00, 16:30-18:00",
        "fees_description": "Twelve yuan a meal.",
        "documents": "senior card",
        "eligibility_description": "residents over sixty",
        "status": "open",
        "assured_date": "2026-11-01",
    },
}
WIDTH: Final = 18
"Of a column of the workbook, in characters."


def write_template(path: Path, language: str) -> None:
    """Write the table as `.xlsx` or `.csv`, headings and example in `language`.

    Raises:
        DataError: the file would be of another kind, or cannot be written.
    """
    if path.suffix.lower() not in {".xlsx", ".csv"}:
        raise DataError(f"{path}: the template is a workbook or CSV; name it .xlsx or .csv.")
    columns = [column for column in HEADINGS if column != "id"]
    names = [HEADINGS[column][TEMPLATE[language]].replace("_", " ") for column in columns]
    example = [EXAMPLES[language].get(column, "") for column in columns]
    try:
        if path.suffix.lower() == ".xlsx":
            _workbook(path, TITLES[language], [names, example])
        else:
            with path.open("w", encoding="utf-8-sig", newline="") as file:
                csv.writer(file).writerows([names, example])
    except OSError as error:
        raise DataError(
            f"The template cannot be written to {path} ({error.strerror}); name another file."
        ) from error


def _workbook(path: Path, title: str, rows: list[list[str]]) -> None:
    from openpyxl import Workbook  # noqa: PLC0415 - 0.2 s that only workbooks need
    from openpyxl.styles import Alignment, Font  # noqa: PLC0415
    from openpyxl.utils import get_column_letter  # noqa: PLC0415

    book = Workbook()
    sheet = book.active or book.create_sheet()
    sheet.title = title
    for row in rows:
        sheet.append(row)
    for place, cell in enumerate(sheet[1], 1):
        cell.font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(place)].width = WIDTH
    for column in sheet.iter_cols():
        for cell in column:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            cell.number_format = "@"
    sheet.freeze_panes = "B2"
    book.save(path)
