"""The dataset as one HTML file, to be read, searched and sent to somebody.

`data` reads the built tables; `overview`, `views`, `figures` and `columns` choose what is shown of them;
`write` makes the file. Nothing here is loaded unless a page is asked for.
"""

from onrecord.html.write import page

__all__ = ["page"]
