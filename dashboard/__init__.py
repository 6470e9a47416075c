"""What people see and press, and the supervisor that runs everything."""
