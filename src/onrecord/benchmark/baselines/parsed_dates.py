"""The baseline `dateparser`: dates as that library reads them, for the task `date` (extra `baselines`)."""

from collections.abc import Iterator
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING

from onrecord.benchmark.tasks import find_task, items
from onrecord.dataset.load import Folder
from onrecord.extras import extra
from onrecord.model.table_files import SPLIT

with extra("baselines", "the baseline 'dateparser'"):
    from dateparser.search import search_dates

if TYPE_CHECKING:
    from onrecord.benchmark.baselines import Line


def predict(task: str, data: Folder | None = None, split: str = SPLIT) -> Iterator["Line"]:
    """One line per item: the last date in the sentences, or the dateline where there is none."""
    found = find_task(task)
    for item in items(found, data, split):
        dateline = item.inputs["document_date"]
        yield {found.key: item.item_id, "prediction": last_date(" ".join(item.inputs["sentences"]), dateline)}


@cache
def last_date(text: str, dateline: str) -> str:
    """The last date in a text as dateparser reads it, or the dateline."""
    base = datetime.fromisoformat(dateline)
    settings = {"RELATIVE_BASE": base, "PREFER_DATES_FROM": "past"}
    dates = search_dates(text, languages=["en"], settings=settings)
    return dates[-1][1].date().isoformat() if dates else dateline
