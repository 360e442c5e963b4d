"""The page of the weights of exposure."""
