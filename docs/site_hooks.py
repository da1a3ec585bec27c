"""What MkDocs asks while it builds the site: pages in Chinese say that they are."""  # noqa: INP001  # loaded by its path, never imported

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

SIGN = "[\\u3000-\\u30ff\\u4e00-\\u9fff\\uff00-\\uffef“”]"
"Characters that are set without a space between them, at the end of a line of the source as well."
BROKEN = re.compile(f"(?<={SIGN})\n *(?={SIGN})")
ENGLISH, CHINESE = 'lang="en"', 'lang="zh-CN"'


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:  # noqa: ARG001  # MkDocs passes all by name
    """The text with lines of Chinese joined; a browser would show a space where one ends."""
    return BROKEN.sub("", markdown) if page.file.src_uri.startswith("zh/") else markdown


def on_post_page(output: str, page: Page, config: MkDocsConfig) -> str:  # noqa: ARG001  # MkDocs passes all three by name
    """The page with its own language, so that it is read out and set as such."""
    chinese = page.file.src_uri.startswith("zh/")
    return output.replace(ENGLISH, CHINESE, 1) if chinese else output
