"""What the tests share: real servers, real databases, and the people who use them."""
