"""What the benchmark drivers share: zones in every server's form, servers started and ended, tables."""
