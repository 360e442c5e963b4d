"""What happens at Norrland Pumps: one file for each story or group of stories, told by days."""
