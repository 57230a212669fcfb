//! A MariaDB server for tests of other programs: prints the address of a database, does
//! what each line of its standard input says (`stop`, `restart`, `read-only`) and prints
//! `done`, and ends with it.

#![allow(clippy::print_stdout, reason = "a program for tests")]

use std::io::{self, BufRead, Write};

use usher_testkit::servers::MariaDb;

fn main() -> io::Result<()> {
    let mut server = MariaDb::start();
    println!("{}", server.address("usher"));
    io::stdout().flush()?;
    for line in io::stdin().lock().lines() {
        match line?.trim() {
            "stop" => server.stop(),
            "restart" => server.restart(),
            "read-only" => server.restart_read_only(),
            other => return Err(io::Error::other(format!("{other:?} is no command"))),
        }
        println!("done");
        io::stdout().flush()?;
    }
    Ok(())
}
