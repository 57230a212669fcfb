use std::collections::HashMap;
use std::sync::Arc;

use bytes::{Buf, BytesMut};
use mysql_common::Value;
use mysql_common::constants::{CapabilityFlags, ColumnType};
use mysql_common::io::ParseBuf;
use mysql_common::packets::{
    Column, ComStmtClose, ComStmtExecuteRequestBuilder, CommonOkPacket, ErrPacket,
    OkPacketDeserializer, StmtPacket,
};
use mysql_common::proto::codec::PacketCodec;
use mysql_common::proto::codec::error::PacketCodecError;
use mysql_common::proto::{Binary, MyDeserialize, MySerialize};
use mysql_common::row::RowDeserializer;
use mysql_common::value::ServerSide;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

use super::address::Address;
use super::error::MySqlError;
use super::login::log_in;
use super::row::Row;

/// The largest packet that is read or written.
pub(super) const MOST_OF_A_PACKET: usize = (1 << 24) - 2;
/// An answer is read up to so many bytes.
const MOST_OF_AN_ANSWER: usize = 64 << 20;
/// Columns of an answer, and marks in a question.
const MOST_COLUMNS: usize = 64;
/// Statements that are kept prepared.
const MOST_STATEMENTS: usize = 32;

const COM_STMT_PREPARE: u8 = 0x16;
const OK: u8 = 0x00;
const EOF: u8 = 0xFE;
const ERROR: u8 = 0xFF;

/// A connection to a MySQL or MariaDB server, over any stream. Every question is a
/// prepared statement: what is asked for is bound and never part of the SQL.
///
/// A question that is dropped before its answer leaves the connection in the middle of
/// it: such a connection must be dropped, too.
#[derive(Debug)]
pub struct Connection<S> {
    channel: Channel<S>,
    statements: HashMap<String, Statement>,
}

#[derive(Debug, Clone, Copy)]
struct Statement {
    id: u32,
    parameters: u16,
}

/// Packets to the server and from it.
#[derive(Debug)]
pub(super) struct Channel<S> {
    stream: S,
    codec: PacketCodec,
    incoming: BytesMut,
    outgoing: BytesMut,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Connection<S> {
    /// Logs in over a fresh stream.
    ///
    /// # Errors
    /// The server does not answer, or refuses.
    pub async fn open(stream: S, address: &Address) -> Result<Self, MySqlError> {
        let mut codec = PacketCodec::default();
        codec.max_allowed_packet = MOST_OF_A_PACKET;
        let (incoming, outgoing) = Default::default();
        let mut channel = Channel { stream, codec, incoming, outgoing };
        log_in(&mut channel, address).await?;
        Ok(Self { channel, statements: HashMap::new() })
    }

    /// Asks for rows. Each `?` in the SQL stands for a parameter.
    ///
    /// # Errors
    /// The server does not answer, refuses, or says too much.
    pub async fn query(&mut self, sql: &str, parameters: &[Value]) -> Result<Vec<Row>, MySqlError> {
        let first = self.ask(sql, parameters).await?;
        if first.first() == Some(&OK) {
            return Ok(Vec::new());
        }
        let columns = ParseBuf(&first).checked_eat_lenenc_int().unwrap_or_default();
        let n_columns = usize::try_from(columns).unwrap_or(usize::MAX);
        if n_columns == 0 || n_columns > MOST_COLUMNS {
            return Err(MySqlError::protocol("an answer without columns"));
        }
        let mut columns = Vec::with_capacity(n_columns);
        for _ in 0..n_columns {
            let packet = self.channel.receive().await?;
            let column: Column = parsed(&packet, ())?;
            check_type(&column)?;
            columns.push(column);
        }
        self.channel.end_of_list().await?;
        let columns: Arc<[Column]> = columns.into();
        let mut rows = Vec::new();
        let mut read = 0;
        loop {
            let packet = self.channel.receive().await?;
            match packet.first() {
                Some(&OK) => {}
                Some(&EOF) => return Ok(rows),
                Some(&ERROR) => return Err(self.channel.error_of(&packet)),
                _ => return Err(MySqlError::protocol("a row that is none")),
            }
            // A row of nulls takes more here than on the way.
            read += packet.len() + n_columns * size_of::<Value>();
            if read > MOST_OF_AN_ANSWER {
                return Err(MySqlError::TooLarge);
            }
            let row: RowDeserializer<ServerSide, Binary> = parsed(&packet, Arc::clone(&columns))?;
            rows.push(Row(row.into_inner().unwrap_raw().into_iter().flatten().collect()));
        }
    }

    /// Asks for a change, and gives the number of rows changed.
    ///
    /// # Errors
    /// The server does not answer, or refuses.
    pub async fn execute(&mut self, sql: &str, parameters: &[Value]) -> Result<u64, MySqlError> {
        let packet = self.ask(sql, parameters).await?;
        let ok: OkPacketDeserializer<'_, CommonOkPacket> =
            parsed(&packet, CapabilityFlags::CLIENT_PROTOCOL_41)?;
        Ok(ok.into_inner().affected_rows())
    }

    /// Sends a question, and gives the first packet of its answer.
    async fn ask(&mut self, sql: &str, parameters: &[Value]) -> Result<BytesMut, MySqlError> {
        let statement = match self.statements.get(sql) {
            Some(statement) => *statement,
            None => self.prepare(sql).await?,
        };
        if usize::from(statement.parameters) != parameters.len() {
            return Err(MySqlError::protocol("a question with other parameters than it has marks"));
        }
        let (request, is_too_long) =
            ComStmtExecuteRequestBuilder::new(statement.id).build(parameters);
        if is_too_long {
            return Err(MySqlError::TooLarge);
        }
        self.channel.begin();
        self.channel.send_packet(&request).await?;
        let packet = self.channel.receive().await?;
        match packet.first() {
            Some(&ERROR) => Err(self.channel.error_of(&packet)),
            _ => Ok(packet),
        }
    }

    async fn prepare(&mut self, sql: &str) -> Result<Statement, MySqlError> {
        if self.statements.len() >= MOST_STATEMENTS {
            for (_, statement) in std::mem::take(&mut self.statements) {
                // It has no answer.
                self.channel.begin();
                self.channel.send_packet(&ComStmtClose::new(statement.id)).await?;
            }
        }
        self.channel.begin();
        self.channel.send(&[&[COM_STMT_PREPARE], sql.as_bytes()].concat()).await?;
        let packet = self.channel.receive().await?;
        if packet.first() == Some(&ERROR) {
            return Err(self.channel.error_of(&packet));
        }
        let prepared: StmtPacket = parsed(&packet, ())?;
        for count in [prepared.num_params(), prepared.num_columns()] {
            for _ in 0..count {
                self.channel.receive().await?;
            }
            if count > 0 {
                self.channel.end_of_list().await?;
            }
        }
        let statement =
            Statement { id: prepared.statement_id(), parameters: prepared.num_params() };
        self.statements.insert(sql.to_owned(), statement);
        Ok(statement)
    }
}

fn parsed<'a, T: MyDeserialize<'a>>(packet: &'a [u8], context: T::Ctx) -> Result<T, MySqlError> {
    ParseBuf(packet).parse(context).map_err(MySqlError::protocol)
}

/// Only types that are asked for here: the library has no answer to some others.
fn check_type(column: &Column) -> Result<(), MySqlError> {
    match column.column_type() {
        ColumnType::MYSQL_TYPE_TINY
        | ColumnType::MYSQL_TYPE_SHORT
        | ColumnType::MYSQL_TYPE_LONG
        | ColumnType::MYSQL_TYPE_INT24
        | ColumnType::MYSQL_TYPE_LONGLONG
        | ColumnType::MYSQL_TYPE_FLOAT
        | ColumnType::MYSQL_TYPE_DOUBLE
        | ColumnType::MYSQL_TYPE_NULL
        | ColumnType::MYSQL_TYPE_NEWDECIMAL
        | ColumnType::MYSQL_TYPE_VARCHAR
        | ColumnType::MYSQL_TYPE_VAR_STRING
        | ColumnType::MYSQL_TYPE_STRING
        | ColumnType::MYSQL_TYPE_BLOB
        | ColumnType::MYSQL_TYPE_TINY_BLOB
        | ColumnType::MYSQL_TYPE_MEDIUM_BLOB
        | ColumnType::MYSQL_TYPE_LONG_BLOB => Ok(()),
        other => Err(MySqlError::protocol(format_args!("a column of the type {other:?}"))),
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Channel<S> {
    /// A new command: packets are counted from zero.
    fn begin(&mut self) {
        self.codec.reset_seq_id();
    }

    pub(super) async fn send_packet(
        &mut self,
        packet: &impl MySerialize,
    ) -> Result<(), MySqlError> {
        let mut bytes = Vec::new();
        packet.serialize(&mut bytes);
        self.send(&bytes).await
    }

    pub(super) async fn send(&mut self, mut packet: &[u8]) -> Result<(), MySqlError> {
        if packet.is_empty() {
            // Such a one is sent as its head alone, which the codec does once.
            packet = &[];
        }
        self.codec.encode(&mut packet, &mut self.outgoing).map_err(of_codec)?;
        let lost = |error| MySqlError::lost(&error);
        while self.outgoing.has_remaining() {
            let written = self.stream.write_buf(&mut self.outgoing).await.map_err(lost)?;
            if written == 0 {
                return Err(MySqlError::Lost { detail: "nothing more can be sent".to_owned() });
            }
        }
        self.stream.flush().await.map_err(lost)
    }

    /// The next packet, whole.
    pub(super) async fn receive(&mut self) -> Result<BytesMut, MySqlError> {
        let mut packet = BytesMut::new();
        while !self.codec.decode(&mut self.incoming, &mut packet).map_err(of_codec)? {
            let read = self.stream.read_buf(&mut self.incoming).await;
            match read.map_err(|error| MySqlError::lost(&error))? {
                0 => return Err(MySqlError::Lost { detail: "the server ended it".to_owned() }),
                _ => continue,
            }
        }
        Ok(packet)
    }

    /// The packet after a list of columns.
    async fn end_of_list(&mut self) -> Result<(), MySqlError> {
        match self.receive().await?.first() {
            Some(&EOF) => Ok(()),
            _ => Err(MySqlError::protocol("columns without an end")),
        }
    }

    /// The error in a packet, if it is one.
    pub(super) fn error_in(&self, packet: &[u8]) -> Option<MySqlError> {
        (packet.first() == Some(&ERROR)).then(|| self.error_of(packet))
    }

    /// What an error packet says. Before anything is agreed upon it has no state.
    pub(super) fn error_of(&self, packet: &[u8]) -> MySqlError {
        let capabilities = match packet.get(3) {
            Some(b'#') => CapabilityFlags::CLIENT_PROTOCOL_41,
            _ => CapabilityFlags::empty(),
        };
        match parsed(packet, capabilities) {
            Ok(ErrPacket::Error(error)) => {
                MySqlError::of_server(error.error_code(), &error.message_str())
            }
            Ok(ErrPacket::Progress(_)) => MySqlError::protocol("an error that is none"),
            Err(error) => error,
        }
    }
}

fn of_codec(error: PacketCodecError) -> MySqlError {
    match error {
        PacketCodecError::Io(error) => MySqlError::lost(&error),
        PacketCodecError::PacketTooLarge => MySqlError::TooLarge,
        error => MySqlError::protocol(error),
    }
}
