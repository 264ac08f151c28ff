"""Forms of registration and profiles. Their choices are data of the edition, so that each is built for one edition."""
