"""What every page stands in: base templates and macros, menu, forms, language, assets, sheets, handbook. No domain."""
