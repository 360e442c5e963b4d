"""Keel, a quality management system whose lifecycles are diagrams."""
