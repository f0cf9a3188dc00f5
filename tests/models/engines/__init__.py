"""What compiles and parses the models for engines that are not run."""
