"""The weight-free models of archive-streams for Triton's Python backend: ports of drivers/embedded/models."""
