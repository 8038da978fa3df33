"""The directory in the staff's admin: entries, queues, vocabulary, imports, lists for other websites, saved searches."""

from companies.admin import alerts, campaigns, duplicates, embeds, imports, organisations, proposals, vocabulary

__all__ = ["alerts", "campaigns", "duplicates", "embeds", "imports", "organisations", "proposals", "vocabulary"]
