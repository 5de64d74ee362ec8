"""The desk: queues, cases, the forms of acts, reports typed in for others, and the case file on paper."""
