"""What people do in and around workshops. Each verb checks, writes, records who did it; the caller commits."""
