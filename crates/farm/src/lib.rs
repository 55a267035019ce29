//! A small blog farm on loopback with moderated trackbacks and faults, for the demo and the scenario tests.
