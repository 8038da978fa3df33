"""Search in the directory: documents and vocabulary derived from the entries, queries over them.

``refresh`` follows single entries, ``rebuild`` makes everything anew, ``capability_changed`` follows the vocabulary of
capabilities. ``finding.find`` answers the list, ``suggesting.suggest`` the search field, ``mapping.cells`` the map.
"""

from companies.search.storing import drop_aged, rebuild, refresh
from companies.search.vocabulary import capability_changed

__all__ = ["capability_changed", "drop_aged", "rebuild", "refresh"]
