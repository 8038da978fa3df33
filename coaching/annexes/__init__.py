"""The papers of a funder's annex: what stands in them, the PDF, the Excel file, and the long work that makes both."""
