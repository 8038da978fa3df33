"""Organisations that do not exist: made up from our own words, as many as wanted, loaded by COPY."""
