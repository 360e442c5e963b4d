"""The register of risks and opportunities, and their reassessment when something happens."""
