"""The review of the trail: a sample is drawn again and again, somebody looks at it, and it is signed off."""
