//! Rules, users and checks without a server.
