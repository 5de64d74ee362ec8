"""What documents of the catalogue may say (`parts`, `classes`, `services`), what pages ask, what is answered."""
