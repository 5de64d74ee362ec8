"""Pages of cases for desks: queues, lists, one case, and the forms by which its steps are taken."""
