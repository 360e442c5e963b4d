"""Reminders and escalation: the policies tasks follow, for all sites and for one."""
