"""`/api/v1/`: competence for other systems, as `docs/api.md` tells them. Reads only; nothing here is kept."""
