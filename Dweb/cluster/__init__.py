"""The other processes of one chat: the bus, who is online there, the shared cache."""
