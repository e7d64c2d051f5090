"""Everyone who is online. Imports no Django and nothing of ours outside this package but parking."""
