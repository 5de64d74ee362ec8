"""What documents of the catalogue may say (`parts`, `classes`, `services`) and what is answered (`answers`)."""
