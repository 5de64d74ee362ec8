"""Warnings of weather, flood and ground: given for an area, confirmed grid by grid, called after, and ended."""
