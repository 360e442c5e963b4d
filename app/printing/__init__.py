"""Papers as PDF/A: what a paper says, as plain values, and the child process in which Typst sets it."""
