//! What the names of JSON members, logfmt keys and CSV columns mean.
//!
//! One table for all three. Names are compared in lower case without `_`, `-` and blanks, so `podName`, `pod_name` and
//! `Pod Name` are one.

/// Meaning of a name. The number ranks candidates: the highest that is present wins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    Time(u8),
    /// Nanoseconds of the second that another member names.
    Nanos,
    Level(Scale),
    Message(u8),
    Service(u8),
    /// Name of a pod or a container: a service once its replica hash is cut off.
    Replica(u8),
    /// `stdout` or `stderr` around a text.
    Stream,
    /// Bunyan's and pino's `name`: the service if the level is a number.
    Name,
    /// Logger or class.
    Logger,
    /// Holds members worth looking at.
    Nest,
}

/// How a numeric level counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scale {
    /// A word; numbers up to 7 count like syslog, 10 to 60 like bunyan.
    Usual,
    /// Python: 10 debug to 50 critical.
    Python,
    /// OpenTelemetry: 1 to 24.
    Telemetry,
    /// Syslog priority 0 to 191: facility times 8 plus severity.
    Priority,
}

/// Ranks of what names a service, most telling first.
pub(super) const RANK_SERVICE: u8 = 9;
pub(super) const RANK_APP: u8 = 8;
pub(super) const RANK_COMPONENT: u8 = 7;
pub(super) const RANK_POD: u8 = 6;
pub(super) const RANK_CONTAINER: u8 = 5;
pub(super) const RANK_PROGRAM: u8 = 4;
pub(super) const RANK_NAME: u8 = 3;

const LONGEST: usize = 48;

/// The meaning of a name, dotted for nested members.
pub(super) fn meaning(name: &[u8]) -> Option<Meaning> {
    let mut lower = [0u8; LONGEST];
    let mut length = 0;
    for byte in name.iter().filter(|b| !matches!(b, b'_' | b'-' | b' ')) {
        *lower.get_mut(length)? = byte.to_ascii_lowercase();
        length += 1;
    }
    let name = lower.get(..length)?;
    time(name).or_else(|| text(name)).or_else(|| service(name)).or_else(|| nest(name))
}

fn time(name: &[u8]) -> Option<Meaning> {
    let rank = match name {
        b"@timestamp" | b"timestamp" | b"@time" | b"@t" => 9,
        b"time" | b"ts" | b"datetime" | b"eventtime" | b"asctime" | b"t.$date" | b"timeunixnano"
        | b"utctime" => 8,
        b"realtimetimestamp" | b"timegenerated" | b"timelocal" | b"timeiso8601" | b"timemillis"
        | b"logtime" => 7,
        b"t" | b"date" | b"created" | b"createdat" | b"epoch" | b"instant" | b"observedtimestamp"
        | b"msec" => 6,
        b"instant.epochsecond" => 8,
        b"instant.nanoofsecond" => return Some(Meaning::Nanos),
        b"starttime"
        | b"requesttime"
        | b"ingestiontime"
        | b"receivetimestamp"
        | b"sourcerealtimetimestamp" => 4,
        _ => return None,
    };
    Some(Meaning::Time(rank))
}

fn text(name: &[u8]) -> Option<Meaning> {
    Some(match name {
        b"level" | b"severity" | b"lvl" | b"loglevel" | b"levelname" | b"log.level" | b"severitytext"
        | b"@l" | b"s" | b"errorseverity" => Meaning::Level(Scale::Usual),
        b"levelno" => Meaning::Level(Scale::Python),
        b"severitynumber" => Meaning::Level(Scale::Telemetry),
        b"priority" | b"pri" => Meaning::Level(Scale::Priority),
        b"message" | b"msg" | b"@m" | b"logmessage" => Meaning::Message(9),
        b"log"
        | b"textpayload"
        | b"@message"
        | b"shortmessage"
        | b"jsonpayload.message"
        | b"source.message" => Meaning::Message(8),
        b"jsonpayload.msg" | b"body" | b"body.stringvalue" | b"raw" | b"fullmessage" | b"event.original" => {
            Meaning::Message(7)
        }
        b"event" | b"text" | b"@mt" | b"content" | b"line" | b"logline" => Meaning::Message(6),
        b"stream" => Meaning::Stream,
        b"logger" | b"loggername" | b"log.logger" | b"sourcecontext" => Meaning::Logger,
        _ => return None,
    })
}

fn service(name: &[u8]) -> Option<Meaning> {
    Some(match name {
        b"service"
        | b"servicename"
        | b"service.name"
        | b"svc"
        | b"resource.service.name"
        | b"attributes.service.name" => Meaning::Service(RANK_SERVICE),
        b"app"
        | b"application"
        | b"appname"
        | b"applicationname"
        | b"app.name"
        | b"kubernetes.labels.app"
        | b"kubernetes.labels.app.kubernetes.io/name"
        | b"labels.app" => Meaning::Service(RANK_APP),
        b"component" => Meaning::Service(RANK_COMPONENT),
        b"pod"
        | b"podname"
        | b"kubernetes.podname"
        | b"kubernetes.pod.name"
        | b"k8s.pod.name"
        | b"kubernetes.pod"
        | b"resource.labels.podname"
        | b"resource.k8s.pod.name" => Meaning::Replica(RANK_POD),
        b"container"
        | b"containername"
        | b"kubernetes.containername"
        | b"kubernetes.container.name"
        | b"k8s.container.name"
        | b"resource.labels.containername"
        | b"container.name" => Meaning::Replica(RANK_CONTAINER),
        b"program" | b"programname" | b"syslogidentifier" | b"ident" | b"eventsource" => {
            Meaning::Service(RANK_PROGRAM)
        }
        b"systemdunit" | b"logstream" | b"@logstream" => Meaning::Service(RANK_NAME - 1),
        b"name" => Meaning::Name,
        _ => return None,
    })
}

fn nest(name: &[u8]) -> Option<Meaning> {
    let known = matches!(
        name,
        b"kubernetes"
            | b"kubernetes.labels"
            | b"kubernetes.pod"
            | b"kubernetes.container"
            | b"k8s"
            | b"service"
            | b"resource"
            | b"resource.labels"
            | b"labels"
            | b"attributes"
            | b"jsonpayload"
            | b"log"
            | b"event"
            | b"body"
            | b"container"
            | b"source"
            | b"app"
    );
    known.then_some(Meaning::Nest)
}

/// Remembers what the n-th member of the line before was called and meant: lines of one program repeat their members.
#[derive(Debug, Default)]
pub(super) struct KeyMemo {
    seen: Vec<(Vec<u8>, Option<Meaning>)>,
}

/// Members remembered.
const REMEMBERED: usize = 64;

impl KeyMemo {
    /// The meaning of member number `index`.
    pub(super) fn meaning(&mut self, index: usize, name: &[u8]) -> Option<Meaning> {
        if let Some((seen, meaning)) = self.seen.get(index)
            && seen == name
        {
            return *meaning;
        }
        let found = meaning(name);
        if name.len() > LONGEST {
            return found;
        }
        if let Some(slot) = self.seen.get_mut(index) {
            slot.0.clear();
            slot.0.extend_from_slice(name);
            slot.1 = found;
        } else if index == self.seen.len() && index < REMEMBERED {
            self.seen.push((name.to_vec(), found));
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_a_name_are_one() {
        for name in ["podName", "pod_name", "Pod Name", "POD-NAME"] {
            assert_eq!(meaning(name.as_bytes()), Some(Meaning::Replica(RANK_POD)), "{name}");
        }
        assert_eq!(meaning(b"__REALTIME_TIMESTAMP"), Some(Meaning::Time(7)));
        assert_eq!(meaning(b"duration_ms"), None);
        assert_eq!(meaning(&[b'x'; 100]), None);
    }

    #[test]
    fn the_memo_follows_a_change_of_names() {
        let mut memo = KeyMemo::default();
        assert_eq!(memo.meaning(0, b"ts"), Some(Meaning::Time(8)));
        assert_eq!(memo.meaning(0, b"msg"), Some(Meaning::Message(9)));
        assert_eq!(memo.meaning(0, b"ts"), Some(Meaning::Time(8)));
    }
}
