"""The competency framework in the workshop: a draft that is reviewed and published, versions, and files."""
