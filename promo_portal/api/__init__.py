"""The public interface for programs: what the pages show, read only, as JSON and GeoJSON."""
