"""The hand-over of what a leaver holds."""
