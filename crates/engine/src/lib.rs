//! Bundle, tools, guide and run behind one message boundary; every face drives this.
