//! What MIGRATE asks of the operating system: requests to another server, and its answers.

/// Requests for one other server, answered by a line each.
#[derive(Clone, Copy, Debug)]
pub struct Exchange<'a> {
    /// Name or address of the server.
    pub host: &'a str,
    /// Its port.
    pub port: u16,
    /// How long connecting, each write and each answer may take.
    pub timeout_ms: u64,
    /// Arguments after AUTH, if it is to be sent first.
    pub login: &'a [&'a [u8]],
    /// The database to be selected, unless the connection is known to be there.
    pub db: i64,
    /// Encoded requests.
    pub requests: &'a [u8],
    /// How many.
    pub count: usize,
}

/// What came back.
#[derive(Clone, Debug, Default)]
pub struct Answers {
    /// The error line of AUTH or SELECT, without its `-`.
    pub refused: Option<Vec<u8>>,
    /// A line for each request, in order, as far as they arrived; without line ends.
    pub lines: Vec<Vec<u8>>,
    /// Why there are no more of them.
    pub failure: Option<Failure>,
}

/// How an exchange ended early.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Failure {
    /// No connection.
    Connect,
    /// Not all was sent.
    Write,
    /// Not all was answered.
    Read,
}
