"""Tables as CSV files that spreadsheets open as text and nothing else."""

import csv
from collections.abc import Iterable, Iterator, Sequence

from django.http import StreamingHttpResponse

# A cell that begins with one of these is a formula to a spreadsheet (OWASP, "CSV Injection").
FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


class _Echo:
    """What ``csv`` writes to: it hands each line back."""

    def write(self, line: str) -> str:
        return line


def lines(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Yield the lines of a CSV file; what a spreadsheet would run is kept from it by a quote."""
    writer = csv.writer(_Echo())
    yield "\ufeff"  # Without it, Excel reads Chinese as something else.
    for row in rows:
        yield writer.writerow([f"'{cell}" if cell.startswith(FORMULA) else cell for cell in row])


def download(name: str, rows: Iterable[Sequence[str]]) -> StreamingHttpResponse:
    """Answer with these rows as a file to keep, sent as they are read."""
    response = StreamingHttpResponse(lines(rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response
