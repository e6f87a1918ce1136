"""Who may do what to which table? Log-ins of their own for owner, app, worker, auditor and metering, made from one table.

After every migration the owner calls `apply(connection, passwords=..., authorities=...)`; see `applying`.
"""
