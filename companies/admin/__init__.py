"""The directory in the staff's admin: entries, queues, vocabulary, imports, lists for other websites."""

from companies.admin import campaigns, duplicates, embeds, imports, organisations, proposals, vocabulary

__all__ = ["campaigns", "duplicates", "embeds", "imports", "organisations", "proposals", "vocabulary"]
