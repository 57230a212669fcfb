use std::fmt;
use std::str::FromStr;

use usher_protocol::Api;

const ALL: &[Api] = &[Api::Responses, Api::Chat, Api::Ollama];
const OPENAI: &[Api] = &[Api::Responses, Api::Chat];
const CHAT: &[Api] = &[Api::Chat];

/// What part of an exchange a fault is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// The server as a whole: the list of models fails alike.
    Server,
    /// This request is turned down.
    Request,
    /// What comes over the wire, whatever the model says.
    Wire,
    /// The wire of a reply with calls.
    CallWire,
    /// The wire of a reply with text.
    TextWire,
    /// What the model says where calls are due.
    Calls,
    /// What the model says where the answer is due.
    Answer,
    /// What the model says, always.
    Reply,
}

macro_rules! faults {
    ($($variant:ident $name:literal $stage:ident $apis:ident $sentence:literal;)*) => {
        /// A way in which a model's server, its wire or the model itself goes wrong.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Fault {
            $(#[doc = $sentence] $variant,)*
        }

        impl Fault {
            /// Every fault, the server's first.
            pub const EVERY: &[Self] = &[$(Self::$variant,)*];

            /// Its name in an address: `/fault/NAME/v1`.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// What happens, in a sentence.
            #[must_use]
            pub fn sentence(self) -> &'static str {
                match self { $(Self::$variant => $sentence,)* }
            }

            /// What part of the exchange it is about.
            #[must_use]
            pub fn stage(self) -> Stage {
                match self { $(Self::$variant => Stage::$stage,)* }
            }

            /// The formats that know it; in others nothing goes wrong.
            #[must_use]
            pub fn formats(self) -> &'static [Api] {
                match self { $(Self::$variant => $apis,)* }
            }
        }
    };
}

faults! {
    KeyWrong "key-wrong" Server ALL "401: the key is wrong.";
    KeyEchoed "key-echoed" Server ALL "401, and the message repeats the key that was sent.";
    Forbidden "forbidden" Server ALL "403: the key may not do this.";
    Quota "quota" Server ALL "429 with code insufficient_quota: the money is used up.";
    Payment "payment" Server ALL "402: the credits are used up.";
    PathMissing "path-missing" Server ALL "404 with a web page: the address is wrong.";
    RateLimit "rate-limit" Server ALL "429 that does not say for how long.";
    RateLimitWait "rate-limit-wait" Server ALL "429 with Retry-After: 1.";
    RateLimitLong "rate-limit-long" Server ALL "429 with Retry-After: 3600.";
    ServerError "server-500" Server ALL "500 in the provider's shape.";
    BadGateway "bad-gateway" Server ALL "502 with a proxy's web page.";
    Unavailable "unavailable" Server ALL "503: the model is being loaded, or the server is busy.";
    GatewayTimeout "gateway-timeout" Server ALL "504 with a proxy's web page.";
    Overloaded "overloaded" Server ALL "529: overloaded.";
    BodyTooLarge "body-too-large" Request ALL "413 with a proxy's web page.";
    Redirect "redirect" Server ALL "302 to a page that asks to sign in.";
    CorsMissing "cors-missing" Server ALL "Answers without any header that lets a page read them.";
    CorsRefused "cors-refused" Server ALL "403 to any page, as Ollama does to origins that OLLAMA_ORIGINS does not name.";
    ConnectionClosed "connection-closed" Server ALL "The connection is closed before any header.";
    NoReply "no-reply" Server ALL "The request is taken and nothing ever comes, no header either.";
    PageInstead "page-instead" Server ALL "200 with a web page.";
    ModelMissing "model-missing" Request ALL "404: there is no such model.";
    ContextOpenai "context-too-long" Request ALL "400: too long for the model's context, in OpenAI's words.";
    ContextLlama "context-llama-cpp" Request ALL "400: too long for the model's context, in llama.cpp's words, or Ollama's.";
    Temperature "temperature" Request ALL "400 if a temperature is sent that is not 1.";
    ToolsUnsupported "tools-unsupported" Request ALL "400 if tools are sent: the model does not support them.";
    ToolsNeedResponses "tools-need-responses" Request CHAT "400 if tools are sent: a reasoning model that takes them only on Responses.";
    PromptFlagged "prompt-flagged" Request ALL "400: the provider's filter refuses the question.";
    ToolUseFailed "tool-use-failed" Calls CHAT "400 as Groq answers when a model writes a call wrongly; failed_generation holds the call.";
    ToolUseFailedStream "tool-use-failed-stream" Calls CHAT "The same within a stream, after 200.";
    EmptyBody "empty-body" Wire ALL "200 without a body.";
    ErrorAtOnce "error-at-once" Wire ALL "200, and an error as the first event.";
    ErrorMidStream "error-mid-stream" TextWire ALL "200, and an error in the middle of the text.";
    ErrorMidCall "error-mid-call" CallWire ALL "200, and an error in the middle of a call.";
    CutAfterHeaders "cut-after-headers" Wire ALL "The connection breaks right after the headers.";
    CutMidText "cut-mid-text" TextWire ALL "The stream ends, as if complete, in the middle of the text.";
    CutMidCall "cut-mid-call" CallWire ALL "The stream ends, as if complete, in the middle of a call.";
    CutBeforeEnd "cut-before-end" Wire ALL "The stream ends after all is said, but nothing says so.";
    BrokenMidText "broken-mid-text" TextWire ALL "The connection breaks in the middle of the text.";
    BrokenMidCall "broken-mid-call" CallWire ALL "The connection breaks in the middle of a call.";
    DoneMissing "done-missing" Wire CHAT "The model says that it is done, but [DONE] does not come.";
    SilentAfterHeaders "silent-after-headers" Wire ALL "Headers, then nothing.";
    StallMidText "stall-mid-text" TextWire ALL "Silence in the middle of the text.";
    StallMidCall "stall-mid-call" CallWire ALL "Silence in the middle of a call.";
    StallAtEnd "stall-at-end" Wire ALL "All is said, and the connection stays open.";
    SlowDrip "slow-drip" Wire ALL "A byte every now and then, then faster.";
    WholeInstead "whole-instead" Wire ALL "Whole JSON where a stream was asked for.";
    StreamInstead "stream-instead" Wire ALL "A stream, whatever was asked for.";
    TypePlain "type-plain" Wire ALL "A proper stream that says it is text/plain.";
    Garbage "garbage" Wire ALL "200 with random bytes.";
    GarbageMidStream "garbage-mid-stream" Wire ALL "A line in the stream that is not JSON.";
    InvalidUtf8 "invalid-utf8" TextWire ALL "A byte in the text that is not UTF-8.";
    KeepAlives "keep-alives" Wire ALL "Comments and empty lines between the events: right, though rare.";
    LineEnds "line-ends" Wire ALL "Lines end with CR LF: right, though rare.";
    UnknownEvents "unknown-events" Wire ALL "Events and fields that nobody knows yet.";
    TenMegabytes "ten-megabytes" Answer ALL "Ten megabytes of text.";
    EndlessLine "endless-line" Wire ALL "A line of ten megabytes.";
    IndexMissing "index-missing" CallWire CHAT "Calls in a stream without their index.";
    IndexFromOne "index-from-one" CallWire CHAT "Calls counted from one.";
    IndexReused "index-reused" CallWire CHAT "Several calls, all with index 0 and ids of their own.";
    NameEmptyLater "name-empty-later" CallWire CHAT "Every piece of a call has an id and a name, empty but in the first.";
    CallInOnePiece "call-in-one-piece" CallWire CHAT "The whole call in one event, as Gemini's compatible server sends it.";
    FinishStop "finish-stop" CallWire CHAT "finish_reason is stop although there are calls.";
    CallIdEmpty "call-id-empty" Calls ALL "Calls with an empty id.";
    CallIdRepeated "call-id-repeated" Calls ALL "Every call of the conversation has the same id.";
    TwoCalls "two-calls" Calls ALL "Two calls in one reply, the second the same as the first.";
    CallsAndText "calls-and-text" Calls ALL "Text beside the calls, as if it were an answer.";
    EndlessSameCall "endless-same-call" Reply ALL "Every reply is the same call.";
    EndlessNewCalls "endless-new-calls" Reply ALL "Every reply is another call.";
    CallsFenced "calls-fenced" Calls ALL "Calls as text: JSON in a fence.";
    CallsTagged "calls-tagged" Calls ALL "Calls as text: in <tool_call> tags.";
    CallsAsList "calls-as-list" Calls ALL "Calls as text: a plan as a JSON list.";
    CallsMissingBrace "calls-missing-brace" Calls ALL "Calls as text: JSON without its last brace.";
    CallsTrailingComma "calls-trailing-comma" Calls ALL "Calls as text: JSON with a comma too many.";
    ArgumentsNotJson "arguments-not-json" Calls OPENAI "Arguments that are prose.";
    ArgumentsMissingBrace "arguments-missing-brace" Calls OPENAI "Arguments without their last brace.";
    ArgumentsAbsent "arguments-absent" Calls ALL "Arguments that are empty.";
    ArgumentsWrongTypes "arguments-wrong-types" Calls ALL "Arguments of the wrong types.";
    ArgumentsUnknownField "arguments-unknown-field" Calls ALL "An argument that the tool does not have.";
    ArgumentsNull "arguments-null" Calls ALL "null for every argument that is not needed.";
    ArgumentsNumberAsString "arguments-number-as-string" Calls ALL "Numbers as strings.";
    ArgumentsTwice "arguments-twice" Calls OPENAI "Arguments that are JSON inside a JSON string.";
    ToolUnknown "tool-unknown" Calls ALL "A call of a tool that was not offered.";
    ToolNameDecorated "tool-name-decorated" Calls ALL "A tool's name as functions.NAME.";
    TitleInvented "title-invented" Answer ALL "A title that no tool returned.";
    IdInvented "id-invented" Answer ALL "An id that no tool returned.";
    InjectionEchoed "injection-echoed" Answer ALL "The answer quotes a call that stands in a tool's result.";
    MarkupEchoed "markup-echoed" Answer ALL "The answer holds scripts, images and links to elsewhere.";
    AnswerEmpty "answer-empty" Answer ALL "Nothing is said.";
    OnlyThinking "only-thinking" Answer ALL "It thinks and says nothing.";
    ThinkTags "think-tags" Answer ALL "Thinking in <think> tags within the text.";
    Refusal "refusal" Answer ALL "The model refuses.";
    Filtered "filtered" Answer ALL "The provider's filter ends the answer.";
    Length "length" Answer ALL "The answer is cut for its length.";
}

impl Fault {
    /// Whether it can befall a reply with or without calls or text.
    pub(crate) fn befalls(self, calls: bool, text: bool) -> bool {
        match self.stage() {
            Stage::Server | Stage::Request | Stage::Wire | Stage::Reply => true,
            Stage::CallWire | Stage::Calls => calls,
            Stage::TextWire => text,
            Stage::Answer => !calls,
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// No fault has this name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownFault(pub String);

impl fmt::Display for UnknownFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "there is no fault `{}`; `Fault::EVERY` lists them", self.0)
    }
}

impl std::error::Error for UnknownFault {}

impl FromStr for Fault {
    type Err = UnknownFault;

    fn from_str(name: &str) -> Result<Self, UnknownFault> {
        let found = Self::EVERY.iter().find(|fault| fault.name() == name);
        found.copied().ok_or_else(|| UnknownFault(name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_are_found_by_names_that_differ() {
        for fault in Fault::EVERY {
            assert_eq!(fault.name().parse(), Ok(*fault));
        }
        assert_eq!("no-such".parse::<Fault>(), Err(UnknownFault("no-such".into())));
        assert!(Fault::EVERY.len() >= 50);
    }
}
