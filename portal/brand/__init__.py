"""What a company sets about its portal's look: whom to contact, the links of the footer, the colours."""
