"""How an observation is made: the steps of a checklist, who may judge, and what was practised before."""
