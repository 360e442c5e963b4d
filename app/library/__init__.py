"""The library around documents: controlled copies as PDF, their texts for search, and old ones brought in."""
