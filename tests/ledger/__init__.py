"""The ledger: its mathematics, its files, and that a program of other people's reads them."""
