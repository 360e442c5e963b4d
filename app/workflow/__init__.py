"""Runs lifecycles: definitions, instances, tasks, submissions, messages, timers, faults."""
