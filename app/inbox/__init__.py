"""What people do with Keel every day: home, inbox, task pages, the start catalogue, search."""
