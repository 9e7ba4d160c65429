"""What runs inside a kernel: finds the functions, calls the engine, shows the outcome."""
