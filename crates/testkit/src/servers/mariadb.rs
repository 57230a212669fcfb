use std::io::Read;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};
use std::{env, fs};

use tempfile::TempDir;

use super::guard::{Guard, free_port};

/// How long the server may take to start.
const PATIENCE: Duration = Duration::from_secs(60);
/// How to come by the server.
const GET_IT: &str = "mariadbd is missing: `cargo xtask test --install` as root on Debian, or install mariadb-server, or name the program in USHER_MARIADBD";
const USER: &str = "usher";
/// With every letter that has a meaning in an address.
const PASSWORD: &str = "p@ss/w:rd?#%";

/// A MariaDB server of a test's own: a data folder of its own, on 127.0.0.1, with one
/// user who may do everything in any database.
#[derive(Debug)]
pub struct MariaDb {
    folder: TempDir,
    port: u16,
    server: Option<Guard>,
}

impl MariaDb {
    /// Makes a server and starts it.
    ///
    /// # Panics
    /// It cannot be started; says what is missing.
    #[must_use]
    pub fn start() -> Self {
        let Some(install) = program("mariadb-install-db") else { panic!("{GET_IT}") };
        let folder = TempDir::with_prefix("usher-mariadb-").unwrap();
        let made = Command::new(install)
            .args(["--no-defaults", "--auth-root-authentication-method=normal", "--skip-test-db"])
            .args(["--user=root", "--innodb-log-file-size=8M"])
            .arg(format!("--datadir={}", folder.path().join("data").display()))
            // Two that are made at once have temporary tables of one name.
            .arg(format!("--tmpdir={}", folder.path().display()))
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let told = String::from_utf8_lossy(&made.stderr);
        assert!(made.status.success(), "mariadb-install-db failed: {told}");
        let rights = format!(
            "CREATE USER IF NOT EXISTS '{USER}'@'%' IDENTIFIED BY '{PASSWORD}';\n\
             GRANT ALL ON *.* TO '{USER}'@'%';\n\
             REVOKE SUPER, READ_ONLY ADMIN ON *.* FROM '{USER}'@'%';\n\
             CREATE DATABASE IF NOT EXISTS usher;\n"
        );
        fs::write(folder.path().join("init.sql"), rights).unwrap();
        let mut server = Self { folder, port: free_port().unwrap(), server: None };
        server.restart();
        server
    }

    /// Ends it as a failure of the machine would.
    pub fn stop(&mut self) {
        self.server = None;
    }

    /// Ends it if it runs, and starts it again on the same port.
    pub fn restart(&mut self) {
        self.stop();
        self.run(&[]);
    }

    /// The same, but it takes no changes.
    pub fn restart_read_only(&mut self) {
        self.stop();
        self.run(&["--read-only"]);
    }

    /// The address of a database in it.
    #[must_use]
    pub fn address(&self, database: &str) -> String {
        self.address_of(USER, "p%40ss%2Fw%3Ard%3F%23%25", database)
    }

    /// The same for another user; the password as it stands in an address.
    #[must_use]
    pub fn address_of(&self, user: &str, password: &str, database: &str) -> String {
        format!("mysql://{user}:{password}@127.0.0.1:{}/{database}", self.port)
    }

    /// Its port on 127.0.0.1.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The password of its user, which nothing may print.
    #[must_use]
    pub fn password() -> &'static str {
        PASSWORD
    }

    fn run(&mut self, more: &[&str]) {
        let Some(program) = program("mariadbd") else { panic!("{GET_IT}") };
        let path = |name: &str| self.folder.path().join(name).display().to_string();
        let arguments = [
            "--no-defaults".to_owned(),
            "--user=root".to_owned(),
            "--bind-address=127.0.0.1".to_owned(),
            "--skip-name-resolve".to_owned(),
            "--innodb-buffer-pool-size=64M".to_owned(),
            format!("--port={}", self.port),
            format!("--datadir={}", path("data")),
            format!("--tmpdir={}", self.folder.path().display()),
            format!("--socket={}", path("socket")),
            format!("--pid-file={}", path("pid")),
            format!("--init-file={}", path("init.sql")),
        ];
        let arguments = arguments.iter().map(String::as_str).chain(more.iter().copied());
        let log = self.folder.path().join("log");
        self.server = Some(Guard::start(&program, arguments, &log).unwrap());
        let begun = Instant::now();
        while !self.greets() {
            let told = fs::read_to_string(&log).unwrap_or_default();
            assert!(begun.elapsed() < PATIENCE, "mariadbd does not start:\n{told}");
            sleep(Duration::from_millis(20));
        }
    }

    /// Whether it begins to speak.
    fn greets(&self) -> bool {
        let stream = TcpStream::connect(("127.0.0.1", self.port));
        stream.is_ok_and(|mut stream| {
            let _ = stream.set_read_timeout(Some(Duration::from_secs(1)));
            stream.read_exact(&mut [0; 5]).is_ok()
        })
    }
}

/// A program of MariaDB's: beside the one that is named, or where Debian has it.
fn program(name: &str) -> Option<PathBuf> {
    let named = env::var_os("USHER_MARIADBD").map(PathBuf::from);
    if let Some(named) = &named
        && name == "mariadbd"
    {
        return Some(named.clone());
    }
    let beside = named.and_then(|named| named.parent().map(Path::to_owned));
    let folders = ["/usr/sbin", "/usr/bin", "/usr/local/sbin", "/usr/local/bin"];
    let path = env::var_os("PATH").unwrap_or_default();
    let folders = folders.map(PathBuf::from).into_iter().chain(env::split_paths(&path));
    beside.into_iter().chain(folders).map(|folder| folder.join(name)).find(|path| path.is_file())
}
