"""Tell people what concerns them (消息): rows that follow the steps of a case, read in the app by their owner."""
