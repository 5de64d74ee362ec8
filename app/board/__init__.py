"""The supervisors' board: figures with the cases behind them, the map of grids, closures to audit."""
