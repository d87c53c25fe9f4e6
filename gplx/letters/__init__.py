"""Papers of the register: as PDF (`letters.pdf`), sealed so that a change is noticed (`letters.seal`)."""
