"""Evidence packs: what goes into them, how they are written, sealed, made by a job and handed out."""
