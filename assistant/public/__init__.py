"""The community's public figures: a month at a time, rounded, small counts hidden."""

from assistant.public.pages import PublicParts, public_blueprint

__all__ = ["PublicParts", "public_blueprint"]
