"""How the pictures of the built-in engines are composed and painted."""
