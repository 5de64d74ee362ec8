"""What is entered once and shared by all trades: components, buildings, places. Doors: service, queries."""
