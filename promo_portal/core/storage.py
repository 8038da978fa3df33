"""Static files with content hashes in their names, so that browsers may keep them for a year."""

from collections.abc import Iterator
from typing import Any

from whitenoise.storage import CompressedManifestStaticFilesStorage

UNUSED = ("django_htmx/ext/", "django_htmx/htmax", "django_htmx/htmx-4", "js-lib-bootstrap5/")


class PortalStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Carried packages name source maps they do not ship; a missing one is no reason to stop."""

    manifest_strict = False
    support_js_module_import_aggregation = True
    patterns = tuple(
        (glob, tuple(rule for rule in rules if "sourceMappingURL" not in str(rule)))
        for glob, rules in CompressedManifestStaticFilesStorage.patterns
    )

    def post_process(self, paths: dict[str, Any], dry_run: bool = False, **options: Any) -> Iterator[Any]:
        """Leave out carried files that no page asks for: hashing and packing them takes most of the time."""
        used = {name: place for name, place in paths.items() if not name.startswith(UNUSED)}
        yield from super().post_process(used, dry_run, **options)
