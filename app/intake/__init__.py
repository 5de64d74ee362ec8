"""Let reports in: from phones, desks and machines; verification, duplicates and merging; sync and uploads."""
