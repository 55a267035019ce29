//! One polite GET of one URL: address gate, robots.txt, caps and clocks.
