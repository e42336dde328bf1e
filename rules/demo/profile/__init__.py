"""What the generated rows of each rule type look like: one function a type, one file a shape."""
