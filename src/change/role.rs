//! Which fields of a log carry its structure: requests, threads of work, places in the code.

/// What a field is to the comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Ties the records of one request together, over services: fills [`super::Event::request`].
    Request,
    /// A unit of work inside a request: fills [`super::Event::span`].
    Span,
    /// A thread, connection or process: fills [`super::Event::span`] where there is no [`Role::Span`].
    Thread,
    /// May name the place in the code: fills [`super::Event::site`] if [`is_call_site`] agrees with the value.
    Site,
}

/// The role of a field by its name; letter case, `_`, `-`, `.` and a leading path are ignored.
#[must_use]
pub fn role(name: &str) -> Option<Role> {
    let plain = |text: &str| -> String {
        text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
    };
    let last = name.rsplit(['.', '/']).next().unwrap_or(name);
    by_plain_name(&plain(last)).or_else(|| by_plain_name(&plain(name)))
}

fn by_plain_name(name: &str) -> Option<Role> {
    Some(match name {
        "traceid" | "xtraceid" | "xb3traceid" | "ubertraceid" | "requestid" | "xrequestid" | "reqid"
        | "rid" | "correlationid" | "xcorrelationid" | "transactionid" | "txnid" | "operationid"
        | "xamzntraceid" | "traceparent" | "ddtraceid" | "jobid" | "messageid" | "sessionid" => Role::Request,
        "spanid" | "xb3spanid" | "ddspanid" => Role::Span,
        "thread" | "threadid" | "threadname" | "tid" | "connection" | "connectionid" | "connid" | "pid"
        | "processid" | "goroutine" | "worker" | "workerid" => Role::Thread,
        "logger" | "loggername" | "caller" | "location" | "codelocation" | "src" | "callsite"
        | "fileline" => Role::Site,
        _ => return None,
    })
}

/// Whether a value names one line of code (`OrderService#342`, `pool.go:88`), not only a logger.
#[must_use]
pub fn is_call_site(value: &str) -> bool {
    let Some((name, line)) = value.trim_end_matches([']', ')']).rsplit_once(['#', ':']) else { return false };
    !line.is_empty()
        && line.len() <= 6
        && line.bytes().all(|b| b.is_ascii_digit())
        && name.bytes().any(|b| b.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("TraceID", Some(Role::Request))]
    #[case("x-request-id", Some(Role::Request))]
    #[case("otel.trace_id", Some(Role::Request))]
    #[case("spanId", Some(Role::Span))]
    #[case("pid", Some(Role::Thread))]
    #[case("logger", Some(Role::Site))]
    #[case("message", None)]
    fn structure_is_recognised_by_the_name_of_a_field(#[case] name: &str, #[case] want: Option<Role>) {
        assert_eq!(role(name), want);
    }

    #[rstest]
    #[case("o.s.OrderServiceImpl#342", true)]
    #[case("internal/pool.go:88", true)]
    #[case("com.shop.OrderService", false)]
    #[case("10.0.0.1:8080", false)]
    #[case("main", false)]
    fn a_call_site_has_a_name_and_a_line(#[case] value: &str, #[case] want: bool) {
        assert_eq!(is_call_site(value), want);
    }
}
