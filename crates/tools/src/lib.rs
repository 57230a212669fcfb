//! One file per tool, the registry, the ports that tools read through.
