"""`scripts/fuzz`: malformed requests and frames, by the ten thousand, from two makers of them.

`sent` sends what Hypothesis makes to a whole server. `guided` runs the code in its own process, under atheris, which
keeps what reached new code and changes it further. What they find becomes a case of the suite.
"""
