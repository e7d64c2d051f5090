"""The rules, one file a subject: who may do what, and what follows from it."""
