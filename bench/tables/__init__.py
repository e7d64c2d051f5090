"""The tables, a module each: run(plan) measures one."""
