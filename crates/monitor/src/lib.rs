//! The frontier and the one loop: leases hosts, visits pages politely, commits what was seen.
