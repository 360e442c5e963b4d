"""Process insight: how cases really run through a diagram, read from task and instance rows."""
