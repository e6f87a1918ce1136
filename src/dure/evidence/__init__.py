"""Room: what somebody outside can check of a programme, with the formats and the checkers alone.

No database, no rule book in files, no code that decides. It ships by itself as `dure-verify`.
"""
