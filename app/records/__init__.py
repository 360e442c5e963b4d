"""The spine of every register: records with number, owner, links, comments, files, search and timeline."""
