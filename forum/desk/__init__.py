"""What is the reader's own: where they stopped, what they began to write, whom they would rather not read. Shown to nobody else."""
