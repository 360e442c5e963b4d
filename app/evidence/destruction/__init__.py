"""Destruction of personal data: asked for, weighed, approved, done everywhere; the trail still verifies."""
