"""What is read is held against the shapes: findings with a file and a line each, and their writers."""
