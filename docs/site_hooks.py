"""What MkDocs asks while it builds the site: pages in Chinese say that they are."""  # noqa: INP001  # loaded by its path, never imported

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.pages import Page

ENGLISH, CHINESE = 'lang="en"', 'lang="zh-CN"'


def on_post_page(output: str, page: Page, config: MkDocsConfig) -> str:  # noqa: ARG001  # MkDocs passes all three by name
    """The page with its own language, so that it is read out and set as such."""
    chinese = page.file.src_uri.startswith("zh/")
    return output.replace(ENGLISH, CHINESE, 1) if chinese else output
