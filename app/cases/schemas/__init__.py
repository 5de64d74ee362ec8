"""What acts take (`act_data`), what is asked of a route (`requests`), what is answered (`responses`)."""
