"""The frame and pages of desks and supervisors: queues, cases, the board."""
