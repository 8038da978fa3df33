"""Translations: one part file per app, merged into what Django reads; and the checks of their words.

msgids are English. ``promo_portal/locale/LANGUAGE/LC_MESSAGES/parts/SLICE.po`` holds the French and the German; nobody
edits a merged file, so that two people never meet in one. Compiled catalogues go to ``.build/locale`` and not into git.
"""
