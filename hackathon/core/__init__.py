"""What every feature needs: database, access, errors, clock, mail outbox, jobs, audit."""
