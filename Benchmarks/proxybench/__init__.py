"""Parts of `bench-proxy`."""
