"""A run as one self-contained HTML page: nothing is fetched, everything of it is escaped.

>>> from evals.page import write_page
>>> write_page(load_run("out/evals/20261123-042336-first"))
"""

from evals.page.build import FILE, html, write_page

__all__ = ["FILE", "html", "write_page"]
