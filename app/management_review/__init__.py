"""Management review (clause 9.3): a frozen pack, a conclusion for each input, verified decisions."""
