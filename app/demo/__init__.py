"""The demo company Norrland Pumps and some months of its history, made through the real services."""
