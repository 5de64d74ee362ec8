"""The phone application (手机端): an installable page that works without network. It speaks to the interface alone."""
