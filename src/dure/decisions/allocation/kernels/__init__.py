"""Inner loops on flat integer arrays, compiled where the compiler is there and it pays."""
