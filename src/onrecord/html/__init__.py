"""The dataset as one HTML file to look at, to be sent to somebody or put on a screen.

Owns the whole way from built tables to that file: what is read (`material`), what is shown of it (`overview`,
`reading`, `figures`, `columns`) and the file (`write`). Nothing here is loaded unless a page is asked for.
"""

from onrecord.html.write import page

__all__ = ["page"]
